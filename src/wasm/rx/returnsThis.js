/** A method that returns the object it is called on, which a Rust export cannot express. */
export function returnsThis() {
  return this;
}
