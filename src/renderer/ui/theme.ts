import {
  ActionIcon, Checkbox, createTheme, Drawer, Input, Menu, Modal, Notification, Popover, Tooltip, type CSSVariablesResolver, type MantineColorsTuple,
} from '@mantine/core';
import controls from './controls.module.css';

/** Warm neutrals for the light theme, paper to ink. */
const gray: MantineColorsTuple = ['#F5F2EB', '#EFEBE2', '#E4DFD3', '#D5CFC1', '#BDB6A6', '#787163', '#635D51', '#4E493F', '#35312A', '#1D1B16'];
/** The same for the dark theme, ink on black paper. */
const dark: MantineColorsTuple = ['#EDEAE0', '#CFCBBE', '#ABA698', '#8F8A7C', '#47433A', '#302D26', '#211F19', '#16150F', '#100F0B', '#0B0A07'];
const accent: MantineColorsTuple = ['#E9F4F3', '#D8EBEA', '#B3D7D5', '#85C2BF', '#5BB3AE', '#2A8F8C', '#0B6E6E', '#095D5D', '#084B4C', '#06393A'];
const amber: MantineColorsTuple = ['#FBF3E0', '#F7E8C6', '#EFD398', '#E5BC66', '#DDAA45', '#B37F17', '#855900', '#704B00', '#5A3C00', '#432D00'];
const brick: MantineColorsTuple = ['#FAEDE9', '#F5DDD6', '#EBBDB1', '#E19C8B', '#E58C77', '#BF5440', '#A0382A', '#8A2E22', '#70241A', '#561A13'];

const quick = { transitionProps: { duration: 120 } };
/** The title of what lies over a page, as large as the titles on it. */
const heading = { fontSize: '17px', lineHeight: '24px', fontWeight: 600 };

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  white: '#FBFAF7',
  black: '#1D1B16',
  colors: { gray, dark, accent, amber, brick, red: brick },
  fontFamily: "'Inter Variable', 'Noto Sans SC Variable', system-ui, sans-serif",
  headings: {
    fontFamily: "'Inter Variable', 'Noto Sans SC Variable', system-ui, sans-serif",
    fontWeight: '600',
    textWrap: 'balance',
    // A scale of 1.2 on 14 px, on a grid of 4.
    sizes: {
      h1: { fontSize: '24px', lineHeight: '32px' },
      h2: { fontSize: '20px', lineHeight: '28px' },
      h3: { fontSize: '17px', lineHeight: '24px' },
      h4: { fontSize: '14px', lineHeight: '20px' },
      h5: { fontSize: '14px', lineHeight: '20px' },
      h6: { fontSize: '12px', lineHeight: '16px' },
    },
  },
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '17px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.45', lg: '1.45', xl: '1.4' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    ActionIcon: ActionIcon.extend({ classNames: (_, { variant }) => (variant === 'subtle' ? { root: controls.quiet } : {}) }),
    Notification: Notification.extend({ classNames: { root: controls.notification } }),
    Input: Input.extend({ classNames: { wrapper: controls.field } }),
    Checkbox: Checkbox.extend({ classNames: { input: controls.box } }),
    InputWrapper: Input.Wrapper.extend({ classNames: { label: controls.label } }),
    Modal: Modal.extend({ defaultProps: { ...quick, overlayProps: { backgroundOpacity: 0.35 } }, styles: { title: heading } }),
    Drawer: Drawer.extend({ defaultProps: quick, styles: { title: heading } }),
    Popover: Popover.extend({ defaultProps: quick }),
    Menu: Menu.extend({ defaultProps: quick }),
    Tooltip: Tooltip.extend({ defaultProps: { ...quick, openDelay: 400, withArrow: false } }),
  },
});

/**
 * Names for what a colour means; components use these and never a colour itself. Every text colour keeps at least
 * 4.5:1 (WCAG 2.2 AA) on paper, raised and sunken alike; theme.test.ts computes it.
 */
export const tokens = {
  light: {
    '--tally-raised': '#FFFEFC',
    '--tally-sunken': '#F4F1EA',
    '--tally-line': '#E8E3D8',
    '--tally-line-strong': '#D5CFC1',
    '--tally-field-line': '#8E8778',
    '--tally-faint': '#635D51',
    '--tally-on-accent': '#FBFAF7',
    '--tally-owed': '#0B6E6E',
    '--tally-owing': '#7A4518',
    '--tally-wait': '#855900',
    '--tally-wait-paper': '#FBF3E0',
    '--tally-wrong': '#A0382A',
    '--tally-wrong-paper': '#FAEDE9',
    '--tally-chosen': '#E3EFEE',
    '--tally-hover': '#F1EDE4',
  },
  dark: {
    '--tally-raised': '#1C1A14',
    '--tally-sunken': '#100F0B',
    '--tally-line': '#2B2821',
    '--tally-line-strong': '#47433A',
    '--tally-field-line': '#7A7568',
    '--tally-faint': '#ABA698',
    '--tally-on-accent': '#FBFAF7',
    '--tally-owed': '#5BB3AE',
    '--tally-owing': '#DBA36C',
    '--tally-wait': '#DDAA45',
    '--tally-wait-paper': '#2B2310',
    '--tally-wrong': '#E58C77',
    '--tally-wrong-paper': '#2E1814',
    '--tally-chosen': '#14302F',
    '--tally-hover': '#211F19',
  },
} as const;

export const resolveCssVariables: CSSVariablesResolver = (base) => ({
  variables: {},
  light: {
    ...tokens.light,
    '--mantine-color-error': base.colors['brick']?.[6] ?? '',
    '--mantine-color-dimmed': tokens.light['--tally-faint'],
    '--mantine-color-placeholder': gray[5],
    '--mantine-color-default': tokens.light['--tally-raised'],
    '--mantine-color-default-hover': tokens.light['--tally-hover'],
    '--mantine-color-default-border': tokens.light['--tally-line-strong'],
    '--mantine-color-disabled-color': gray[5],
    '--mantine-color-accent-light': tokens.light['--tally-chosen'],
  },
  dark: {
    ...tokens.dark,
    '--mantine-color-error': base.colors['brick']?.[4] ?? '',
    '--mantine-color-dimmed': tokens.dark['--tally-faint'],
    '--mantine-color-placeholder': dark[3],
    '--mantine-color-default': tokens.dark['--tally-raised'],
    '--mantine-color-default-hover': tokens.dark['--tally-hover'],
    '--mantine-color-default-border': tokens.dark['--tally-line-strong'],
    '--mantine-color-accent-light': tokens.dark['--tally-chosen'],
    '--mantine-color-accent-light-color': accent[3],
    '--mantine-color-amber-light': tokens.dark['--tally-wait-paper'],
    '--mantine-color-amber-light-color': amber[3],
    '--mantine-color-brick-light': tokens.dark['--tally-wrong-paper'],
    '--mantine-color-brick-light-color': brick[3],
  },
});
