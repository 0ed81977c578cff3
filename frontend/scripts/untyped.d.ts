/** In place of a package's types: whatever is imported is any. */
export {};
