/** An expression for the page of a diagram: texts outside their box or the image, and boxes that cover each other. */
export const misplaced = `(() => {
  const area = (element) => element.getBoundingClientRect();
  const inside = (one, all) =>
    one.left >= all.left && one.right <= all.right && one.top >= all.top && one.bottom <= all.bottom;
  const overlap = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const image = area(document.querySelector('svg'));
  const boxes = [...document.querySelectorAll('g')].map((group) => ({ group, box: area(group.querySelector('rect, polygon')) }));
  return [
    ...boxes.flatMap(({ group, box }) => [...group.querySelectorAll('text')].filter((text) => !inside(area(text), box))),
    ...[...document.querySelectorAll('text')].filter((text) => !inside(area(text), image)),
    ...boxes.filter((one) => boxes.some((other) => one !== other && overlap(one.box, other.box))).map(({ group }) => group),
  ].map((element) => element.textContent);
})()`;
