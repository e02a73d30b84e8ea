/** The invented repositories the coding agent works in. */
import type { Project, Stack } from './stack';
import { goStack } from './stack-go';
import { pythonStack } from './stack-python';
import { typescriptStack } from './stack-typescript';

function project(name: string, stack: Stack, words: Omit<Project, 'name' | 'stack' | 'cwd'>): Project {
  return { name, stack, cwd: `/home/dev/${name}`, ...words };
}

export const projects: readonly Project[] = [
  project('ledgerkit', typescriptStack, {
    entity: 'invoice',
    plural: 'invoices',
    amount: 'value',
    day: ['due', 'date'],
    partner: 'bank',
  }),
  project('tidewatch', pythonStack, {
    entity: 'reading',
    plural: 'readings',
    amount: 'level',
    day: ['taken', 'on'],
    partner: 'buoy',
  }),
  project('roomkeys', typescriptStack, {
    entity: 'booking',
    plural: 'bookings',
    amount: 'price',
    day: ['arrival', 'day'],
    partner: 'channel',
  }),
  project('turnstile', goStack, {
    entity: 'ticket',
    plural: 'tickets',
    amount: 'price',
    day: ['valid', 'on'],
    partner: 'gate',
  }),
  project('shelfmark', pythonStack, {
    entity: 'loan',
    plural: 'loans',
    amount: 'fee',
    day: ['due', 'on'],
    partner: 'catalogue',
  }),
  project('pantry', typescriptStack, {
    entity: 'order',
    plural: 'orders',
    amount: 'total',
    day: ['delivery', 'day'],
    partner: 'supplier',
  }),
  project('cargolog', pythonStack, {
    entity: 'shipment',
    plural: 'shipments',
    amount: 'weight',
    day: ['departs', 'on'],
    partner: 'carrier',
  }),
  project('greenhouse', goStack, {
    entity: 'sensor',
    plural: 'sensors',
    amount: 'threshold',
    day: ['installed', 'on'],
    partner: 'gateway',
  }),
  project('fieldnotes', typescriptStack, {
    entity: 'survey',
    plural: 'surveys',
    amount: 'size',
    day: ['survey', 'day'],
    partner: 'map',
  }),
];
