/** Tags of WeChat that the runner renders. */
export const builtInTags: ReadonlySet<string> = new Set(
  (
    'view text rich-text image icon progress button input textarea label form picker slider switch checkbox ' +
    'checkbox-group radio radio-group scroll-view swiper swiper-item navigator cover-view cover-image root-portal ' +
    'match-media page-container picker-view picker-view-column canvas video open-data movable-area movable-view'
  ).split(' '),
);

/** Tags of WeChat that exist there and are not rendered here: they become empty boxes, with a warning. */
export const knownTags: ReadonlySet<string> = new Set(
  (
    'audio camera map web-view live-player live-pusher voip-room ad ad-custom official-account ' +
    'editor functional-page-navigator page-meta ' +
    'navigation-bar keyboard-accessory share-element aria-component native-component double-tap-gesture-handler ' +
    'force-press-gesture-handler horizontal-drag-gesture-handler long-press-gesture-handler pan-gesture-handler ' +
    'scale-gesture-handler tap-gesture-handler vertical-drag-gesture-handler sticky-header sticky-section grid-view ' +
    'list-view list-builder grid-builder span snapshot open-container draggable-sheet nested-scroll-header ' +
    'nested-scroll-body xr-frame channel-live channel-video store-home store-product open-data-list selection'
  ).split(' '),
);

/** Tags that the template compiler itself understands. */
export const compilerTags: ReadonlySet<string> = new Set(['block', 'slot', 'template', 'import', 'include', 'wxs']);
