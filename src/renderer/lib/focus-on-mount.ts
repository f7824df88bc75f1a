/** As a `ref`: takes the focus once, where a page has one thing to begin with. Stable, so that drawing again moves nothing. */
export const focusOnMount = (element: HTMLElement | null): void => element?.focus();
