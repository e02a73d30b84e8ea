import type { ReactNode } from 'react';

/** The hatching of what is proposed and not reviewed, in the colour of whatever uses it. One for the whole page. */
export function Hatch(): ReactNode {
  return (
    <svg width={0} height={0} style={{ position: 'absolute' }} aria-hidden>
      <defs>
        <pattern id="hatch" width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={2} height={5} fill="var(--lane-llm)" />
        </pattern>
      </defs>
    </svg>
  );
}
