import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { brandWarnings, type BrandLook } from '../../../lib/pages/theme/brand-theme.js';
import { contrastOf } from '../../../lib/pages/theme/contrast.js';
import { samplePages } from '../../support/pages/samples.js';

/** The value of a custom property for light or dark pages. */
function valueOf(styles: string, name: string, scheme: 'light' | 'dark'): string {
  const [, light = '', dark = ''] = new RegExp(`--enrollment-${name}:light-dark\\((.+?),(.+?)\\)`).exec(styles) ?? [];
  return scheme === 'dark' ? dark : light;
}

function stylesOf(look: BrandLook): string {
  return samplePages({ brand: { name: 'Acme', home: '/', ...look } }).stylesheet.body;
}

describe('the look of a brand', () => {
  it('has text and links that can be read, whatever its color', () => {
    for (const color of ['#000', '#ffffff', '#ffee00', '#777777', '#0b6e4f', '#c00', '#12e', '#8899aa', '#f0f']) {
      const styles = stylesOf({ color });
      for (const [scheme, card] of [
        ['light', '#ffffff'],
        ['dark', '#16171b'],
      ] as const) {
        const [accent, strong, text] = ['accent', 'accent-strong', 'on-accent'].map((name) =>
          valueOf(styles, name, scheme),
        );
        assert.ok(contrastOf(accent ?? '', text ?? '') >= 4.5, `${color} button, ${scheme}`);
        assert.ok(contrastOf(strong ?? '', text ?? '') >= 4.5, `${color} hovered button, ${scheme}`);
        assert.ok(contrastOf(valueOf(styles, 'link', scheme), card) >= 4.5, `${color} link, ${scheme}`);
      }
    }
  });

  it('has text that can be read on any background, and leaves dark pages dark', () => {
    for (const background of ['#000', '#fff', '#777', '#767676', '#888', '#0b6e4f', '#ffee00']) {
      const styles = stylesOf({ background });
      assert.ok(
        contrastOf(valueOf(styles, 'ground', 'light'), valueOf(styles, 'on-ground', 'light')) >= 4.5,
        background,
      );
      assert.equal(valueOf(styles, 'ground', 'dark'), '#0c0d10');
    }
    const dark = stylesOf({ background: { dark: '#001122' }, color: { dark: '#5fd3a8' } });
    assert.match(dark, /--enrollment-ground:light-dark\(#f6f6f8,#001122\)/);
    assert.match(dark, /--enrollment-accent:light-dark\(#4a46d4,#5fd3a8\)/);
  });

  it('outlines what stands on the background in the color of its text, which can be read there', () => {
    const { body } = samplePages({ brand: { name: 'Acme', home: '/', background: '#4a46d4' } }).stylesheet;
    const rule = /:is\(([^)]*)\):focus-visible\{outline-color:currentcolor\}/.exec(body)?.[1] ?? '';
    for (const name of ['.enrollment-brand__link', '.enrollment-languages summary', '.enrollment-legal a'])
      assert.ok(rule.includes(name), name);
  });

  it('is part of the stylesheet, in the same layer, and changes its name', () => {
    const [plain, branded] = [
      samplePages(),
      samplePages({ brand: { name: 'Acme', home: '/', color: '#0b6e4f', radius: '0.25rem' } }),
    ];
    const { body } = branded.stylesheet;
    assert.match(
      body,
      /--enrollment-radius:0\.25rem;--enrollment-radius-card:calc\(0\.25rem\*1\.75\);--enrollment-accent:#0b6e4f/,
    );
    // In place of the theme's own, so that no page loads both.
    for (const property of ['radius', 'radius-card']) assert.equal(body.split(`--enrollment-${property}:`).length, 2);
    for (const property of ['accent', 'link']) assert.equal(body.split(`--enrollment-${property}:`).length, 3);
    assert.doesNotMatch(body, /#4a46d4/);
    assert.notEqual(branded.stylesheet.path, plain.stylesheet.path);
  });

  it('warns of a color that hardly stands out, and names what links have instead', () => {
    const [warning = '', ...more] = brandWarnings({ color: '#ffee00' });
    assert.match(
      warning,
      /#ffee00 has a contrast of 1\.\d : 1 on light pages.*links are #[0-9a-f]{6}; set brand\.color\.light/,
    );
    assert.deepEqual(more, [], 'it stands out on dark pages');
    assert.deepEqual(brandWarnings({ color: { light: '#0b6e4f', dark: '#5fd3a8' } }), []);
    assert.deepEqual(brandWarnings({}), []);
  });
});
