/// <reference types="vite/client" />

declare module "milsymbol" {
  export const app6d: object;
  export const ms: {
    addIcons(icons: object): void;
    setStandard(standard: "2525" | "APP6"): boolean;
    Symbol: new (sidc: string, options?: Record<string, unknown>) => { asSVG(): string };
  };
}
