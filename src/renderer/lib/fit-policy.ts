/**
 * Runs before everything else in the page and makes its libraries fit the content policy (src/shared/content-policy.ts).
 * Must not let anything through that the HTML parser could make an element of.
 * https://www.w3.org/TR/trusted-types/#default-policy-hdr
 */
interface TrustedTypes {
  createPolicy(name: 'default', rules: { createHTML: (text: string) => string | null }): unknown;
}

const page = globalThis as {
  trustedTypes?: TrustedTypes;
  __zod_globalConfig?: { jitless?: boolean };
};

// Trusted types keep strings from becoming markup; React and Mantine write style sheets through the same door.
page.trustedTypes?.createPolicy('default', {
  // Without a `<` there can be no tag: such a text is a style sheet or plain text. Null refuses it.
  createHTML: (text) => (text.includes('<') ? null : text),
});

// zod would try whether it may make functions out of strings, which the policy forbids and the browser reports.
page.__zod_globalConfig ??= {};
page.__zod_globalConfig.jitless = true;
