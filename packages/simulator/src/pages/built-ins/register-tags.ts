import type { CodeSpace } from '../runtime/framework.ts';
import { canvasTags } from './canvas-tag.ts';
import { choiceTags } from './choice-tags.ts';
import { formTags } from './form-tags.ts';
import { inputTags } from './input-tags.ts';
import { layoutTags } from './layout-tags.ts';
import { mediaTags } from './media-tags.ts';
import { movableTags } from './movable-tags.ts';
import { pickerTags } from './picker-tag.ts';
import { pickerViewTags } from './picker-view-tags.ts';
import { scrollTags } from './scroll-tags.ts';
import { registerTag, type TagDefinition, type TagEnvironment } from './tag.ts';

/** Every built-in tag. `tag-names.ts` lists the same names for the compiler, which knows no element. */
export const tagDefinitions: { readonly [tag: string]: TagDefinition } = {
  ...layoutTags,
  ...mediaTags,
  ...inputTags,
  ...choiceTags,
  ...formTags,
  ...pickerTags,
  ...pickerViewTags,
  ...canvasTags,
  ...movableTags,
  ...scrollTags,
};

/** Makes the built-in tags known to a mini program. */
export function registerTags(space: CodeSpace, environment: TagEnvironment): void {
  for (const [tag, definition] of Object.entries(tagDefinitions)) registerTag(space, tag, definition, environment);
}
