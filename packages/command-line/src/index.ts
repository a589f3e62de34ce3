export { editDistance, nearest } from './nearest.ts';
export {
  GivenOptions,
  guess,
  languageOfArguments,
  type Mistake,
  type OptionKind,
  type OptionKinds,
  type ReadArguments,
  type Refuse,
  readArguments,
  readLanguage,
  readNumber,
} from './options.ts';
export { type Language, languageOf, same, systemLocale, type Text } from './text.ts';
