/** A server that is measured: the same signup, written in one of three ways. */
export type Side = 'plain' | 'tuned' | 'kit';

export const sides: readonly Side[] = ['plain', 'tuned', 'kit'];

export const titles: Readonly<Record<Side, string>> = {
  plain: 'plain by hand',
  tuned: 'tuned by hand',
  kit: 'the kit',
};

export const scripts: Readonly<Record<Side, string>> = {
  plain: 'by-hand/plain/server.js',
  tuned: 'by-hand/tuned/server.js',
  kit: 'kit/server.js',
};

/** A figure of one side. */
export interface OfSide<Figure> {
  readonly side: Side;
  readonly figure: Figure;
}
