/** Mounts the page: the theme, the cache, the messages in the corner, the frame. */
import './layers.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Frame } from './frame';
import classes from './mantine.module.css';
import { theme } from './theme';
import './theme.css';
import { styleNonce } from '../lib/client';
import { queryClient } from '../lib/query-client';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Frame />
        <Notifications limit={4} containerWidth={380} className={classes.toasts ?? ''} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
