/** Mantine's parts in our measures. Colours and sizes are CSS custom properties in theme.css; here are only defaults. */
import { createTheme } from '@mantine/core';
import classes from './mantine.module.css';

const NO_MOTION = { duration: 80, transition: 'fade' } as const;

export const theme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 26 } },
    Button: { defaultProps: { size: 'xs', variant: 'default' }, classNames: { root: classes.button } },
    Checkbox: { defaultProps: { size: 'xs' } },
    // The scroll lock writes a style element, and the frame never scrolls anyway.
    Drawer: { defaultProps: { lockScroll: false, transitionProps: NO_MOTION } },
    Menu: {
      defaultProps: { shadow: 'none', transitionProps: NO_MOTION, offset: 4 },
      classNames: { dropdown: classes.dropdown, item: classes.item, label: classes.label },
    },
    Modal: {
      defaultProps: {
        lockScroll: false,
        transitionProps: NO_MOTION,
        centered: false,
        yOffset: '12vh',
        closeButtonProps: { 'aria-label': 'Close' },
      },
      classNames: {
        content: classes.dialogue,
        header: classes.dialogueHeader,
        title: classes.dialogueTitle,
        body: classes.dialogueBody,
        overlay: classes.veil,
      },
    },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Notification: {
      defaultProps: { withBorder: false },
      classNames: { root: classes.toast, title: classes.toastTitle, description: classes.toastText },
    },
    NumberInput: { defaultProps: { size: 'xs' } },
    Popover: {
      defaultProps: { shadow: 'none', transitionProps: NO_MOTION, offset: 4 },
      classNames: { dropdown: classes.dropdown },
    },
    Radio: { defaultProps: { size: 'xs' } },
    SegmentedControl: {
      defaultProps: { size: 'xs' },
      classNames: { root: classes.segments, indicator: classes.segment, label: classes.segmentLabel },
    },
    Select: {
      defaultProps: { size: 'xs' },
      classNames: { dropdown: classes.dropdown, option: classes.item },
    },
    Switch: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Tooltip: {
      defaultProps: {
        openDelay: 350,
        offset: 6,
        transitionProps: NO_MOTION,
        events: { hover: true, focus: true, touch: false },
      },
      classNames: { tooltip: classes.tooltip },
    },
  },
});
