export function emitContract(contract: unknown): string;
