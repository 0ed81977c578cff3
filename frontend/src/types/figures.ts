/** Numbers with units. */
import type { Unit } from "./contract.gen.ts";

declare const unit: unique symbol;

/** A number in one of the units of the contract; a number of another unit is not assignable to it. */
export type Figure<U extends Unit> = number & { readonly [unit]?: U };

/** A number without a unit. */
export type Count = number & { readonly [unit]?: never };
