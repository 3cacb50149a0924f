import { type MutableRefObject, useCallback, useRef } from 'react';

/** So close to the end is at the end. */
export const END_PX = 80;
/** A scroll so soon after a finger, a wheel or a key is the person's own; others are the list's, which puts its rows in place. */
const OWN_MS = 1_500;
const HANDS = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

/**
 * Whether the list follows what comes: until somebody scrolls away from its end. What the list itself believes is wrong while a new message is
 * measured, so that of two in quick succession the second would be out of sight.
 */
export function useFollowing(initially: boolean): {
  following: MutableRefObject<boolean>;
  watch: (element: HTMLElement | Window | null) => void;
} {
  const following = useRef(initially);
  const stop = useRef(() => {});
  const watch = useCallback((element: HTMLElement | Window | null) => {
    stop.current();
    if (!(element instanceof HTMLElement)) return;
    let top = element.scrollTop;
    let touched = Number.NEGATIVE_INFINITY;
    const onTouch = () => {
      touched = performance.now();
    };
    const onScroll = () => {
      if (element.scrollHeight - element.scrollTop - element.clientHeight < END_PX) following.current = true;
      else if (element.scrollTop < top && performance.now() - touched < OWN_MS) following.current = false;
      top = element.scrollTop;
    };
    const ending = new AbortController();
    const options = { passive: true, signal: ending.signal };
    element.addEventListener('scroll', onScroll, options);
    for (const hand of HANDS) element.addEventListener(hand, onTouch, options);
    stop.current = () => ending.abort();
  }, []);
  return { following, watch };
}
