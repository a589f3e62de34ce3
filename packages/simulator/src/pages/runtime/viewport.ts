/** What of the screen is the pages': a page's coordinates count from its corner, not from that of the whole screen. */
export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** What scrolls in it: the page in front. */
  readonly scroller: Element | undefined;
}

/** The viewport of the mini program that an element belongs to. */
export function viewportOf(element: Element | null | undefined): Viewport {
  const pages = element?.closest('.mh-app')?.querySelector('.mh-pages');
  if (pages === null || pages === undefined) return { left: 0, top: 0, width: 0, height: 0, scroller: undefined };
  const { left, top, width, height } = pages.getBoundingClientRect();
  return { left, top, width, height, scroller: pages.querySelector('.mh-page:not([data-hidden])') ?? undefined };
}
