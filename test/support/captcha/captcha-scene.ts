import type { CaptchaForm, CaptchaServices } from '../../../lib/ports/captcha.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';

interface CaptchaScene {
  readonly clock: FakeClock;
  readonly services: CaptchaServices;
  readonly lines: readonly string[];
  form(more?: Partial<CaptchaForm & { posted: string }>): CaptchaForm & { readonly posted: string };
}

export const key = 'a1'.repeat(32);

/** What a captcha gets, without an app. */
export function captchaScene({ keys = [key] }: { readonly keys?: readonly string[] } = {}): CaptchaScene {
  const clock = fakeClock(Date.UTC(2026, 5, 1));
  const lines: string[] = [];
  const note = (fields: object, text: string): void => void lines.push(JSON.stringify({ ...fields, text }));
  return {
    clock,
    lines,
    services: {
      keys,
      hostname: 'app.example',
      ephemeralStore: createMemoryEphemeralStore({ clock }),
      log: { info: note, warn: note, error: note },
    },
    form: (more = {}) => ({
      flow: 'sign-in',
      step: 'captcha',
      enrollmentId: 'plan-1',
      address: '192.0.2.1',
      locale: 'en',
      now: clock.now(),
      posted: 'form-1',
      ...more,
    }),
  };
}
