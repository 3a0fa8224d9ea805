// Bootstrap's dark mode is an attribute: it follows the system here.
/* global document, matchMedia */
'use strict';

const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => {
  document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light';
};
follow();
dark.addEventListener('change', follow);
