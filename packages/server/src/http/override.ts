/** Puts `value` in the place of an object's member. The answer undoes it, unless somebody has done the same since. */
export function override<T extends object, Name extends keyof T>(object: T, name: Name, value: T[Name]): () => void {
  const before = object[name];
  const isInherited = !Object.hasOwn(object, name);
  object[name] = value;
  return () => {
    if (object[name] !== value) return;
    if (isInherited) delete object[name];
    else object[name] = before;
  };
}
