/**
 * Which screens there are: their names, icons, places on the rail, and where their code is. Each feature's
 * `index.tsx` exports one component, `<Name>Screen`; its code is loaded when it is first shown.
 */
import {
  IconBook2,
  IconChartHistogram,
  IconClipboardCheck,
  IconFileImport,
  IconFlag,
  IconHome,
  IconListDetails,
  IconMessageReport,
  IconReportAnalytics,
  IconShieldCheck,
  IconTargetArrow,
  IconSql,
  IconTimeline,
  type Icon,
} from '@tabler/icons-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Route, ScreenId } from '../lib/navigation';

export interface Screen {
  id: ScreenId;
  title: string;
  /** What one does there, for the palette and tooltips. */
  purpose: string;
  icon: Icon;
  /** Second key after `g`; none for a screen that needs a choice first. */
  goKey: string | null;
  /** The screen whose place on the rail is lit; a session is part of the sessions. */
  railId: ScreenId;
  needsWorkspace: boolean;
  component: LazyExoticComponent<ComponentType>;
}

type FeatureModule = Record<string, ComponentType | undefined>;
const modules = import.meta.glob<FeatureModule>('../features/*/index.tsx');

function load(id: ScreenId): LazyExoticComponent<ComponentType> | undefined {
  const module = modules[`../features/${id}/index.tsx`];
  const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}Screen`;
  return (
    module &&
    lazy(async () => {
      const component = (await module())[name];
      if (component === undefined) throw new Error(`features/${id}/index.tsx exports no ${name}.`);
      return { default: component };
    })
  );
}

const ALL: Omit<Screen, 'component'>[] = [
  {
    id: 'home',
    title: 'Home',
    purpose: 'Open, create or continue a workspace',
    icon: IconHome,
    goKey: 'h',
    railId: 'home',
    needsWorkspace: false,
  },
  {
    id: 'import',
    title: 'Import',
    purpose: 'Bring in trace files',
    icon: IconFileImport,
    goKey: 'i',
    railId: 'import',
    needsWorkspace: true,
  },
  {
    id: 'overview',
    title: 'Overview',
    purpose: 'How often the agent fails, and where',
    icon: IconChartHistogram,
    goKey: 'o',
    railId: 'overview',
    needsWorkspace: true,
  },
  {
    id: 'sessions',
    title: 'Sessions',
    purpose: 'Find sessions by what happened in them',
    icon: IconListDetails,
    goKey: 's',
    railId: 'sessions',
    needsWorkspace: true,
  },
  {
    id: 'session',
    title: 'Session',
    purpose: 'Read one session',
    icon: IconTimeline,
    goKey: null,
    railId: 'sessions',
    needsWorkspace: true,
  },
  {
    id: 'signals',
    title: 'Signals',
    purpose: 'What is found without a model, how often, and how far to trust it',
    icon: IconFlag,
    goKey: 'f',
    railId: 'signals',
    needsWorkspace: true,
  },
  {
    id: 'corrections',
    title: 'Corrections',
    purpose: 'Sort what users corrected into failure modes',
    icon: IconMessageReport,
    goKey: 'c',
    railId: 'corrections',
    needsWorkspace: true,
  },
  {
    id: 'codebook',
    title: 'Codebook',
    purpose: 'Define the failure modes',
    icon: IconBook2,
    goKey: 'b',
    railId: 'codebook',
    needsWorkspace: true,
  },
  {
    id: 'review',
    title: 'Review',
    purpose: 'Say of sessions whether they met their objective, in order of urgency',
    icon: IconClipboardCheck,
    goKey: 'r',
    railId: 'review',
    needsWorkspace: true,
  },
  {
    id: 'objectives',
    title: 'Objectives',
    purpose: 'Say what success is, and how often it is met',
    icon: IconTargetArrow,
    goKey: 'j',
    railId: 'objectives',
    needsWorkspace: true,
  },
  {
    id: 'regression',
    title: 'Regression',
    purpose: 'Keep failures as cases, and hold new runs against them',
    icon: IconShieldCheck,
    goKey: 't',
    railId: 'regression',
    needsWorkspace: true,
  },
  {
    id: 'report',
    title: 'Report',
    purpose: 'Write a report whose every figure leads back to its rows, masked if need be',
    icon: IconReportAnalytics,
    goKey: 'p',
    railId: 'report',
    needsWorkspace: true,
  },
  {
    id: 'sql',
    title: 'SQL',
    purpose: 'Ask the workspace’s views anything',
    icon: IconSql,
    goKey: 'q',
    railId: 'sql',
    needsWorkspace: true,
  },
];

/** Only the screens whose code exists. */
export const screens: readonly Screen[] = ALL.flatMap((screen) => {
  const component = load(screen.id);
  return component === undefined ? [] : [{ ...screen, component }];
});

export function screenOf(id: ScreenId): Screen | undefined {
  return screens.find((screen) => screen.id === id);
}

/** The screens one can go to without choosing something first. */
export const destinations: readonly (Screen & { route: Route })[] = screens.flatMap((screen) =>
  screen.id === 'session' ? [] : [{ ...screen, id: screen.id, route: { screen: screen.id } }],
);
