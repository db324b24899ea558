import {
  Autocomplete,
  createTheme,
  type CSSVariablesResolver,
  Drawer,
  type MantineThemeOverride,
  Menu,
  mergeThemeOverrides,
  Modal,
  PasswordInput,
  Popover,
  Select,
  TagsInput,
  Tooltip,
} from '@mantine/core';

const quick = { transition: 'fade', duration: 100 } as const;
/**
 * Elements that take keys open without an animation: the next key, however soon, must not reach what is behind them.
 */
const atOnce = { duration: 0 } as const;

/** An open list fits above or below its field, also at 200 %. */
const lists = { maxDropdownHeight: 'min(220px, 40vh)' } as const;

/** Indigo as the only accent, steps of 4, radius 6, one shadow, animations of at most 100 ms. */
const looks = createTheme({
  primaryColor: 'moon',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    moon: [
      '#eef0fd',
      '#dcdffa',
      '#bcc2f5',
      '#a0a8f1',
      '#8089ec',
      '#6a74e0',
      '#5861cf',
      '#4b54b8',
      '#3f479b',
      '#343a7d',
    ],
    red: ['#fdf1f0', '#fbe7e5', '#f8cfcb', '#f5b0aa', '#f2918b', '#dd5a56', '#bf3a3a', '#b02a2a', '#962323', '#7b1c1c'],
    dark: [
      '#dee2ef',
      '#b9c0d3',
      '#929ab1',
      '#5f677d',
      '#2e3446',
      '#262b3b',
      '#1f2331',
      '#191c27',
      '#13151e',
      '#0f1118',
    ],
  },
  black: '#1c2133',
  fontFamily: "Inter, system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
  fontFamilyMonospace:
    "'JetBrains Mono', ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace",
  headings: { fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Autocomplete: Autocomplete.extend({ defaultProps: lists }),
    Select: Select.extend({ defaultProps: lists }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, transitionProps: atOnce, shadow: 'md' } }),
    Popover: Popover.extend({ defaultProps: { transitionProps: atOnce, shadow: 'md' } }),
    // The body never scrolls, and a scroll lock would need a style element without a nonce.
    Drawer: Drawer.extend({ defaultProps: { transitionProps: quick, lockScroll: false } }),
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: quick,
        centered: true,
        overlayProps: { backgroundOpacity: 0.4 },
        lockScroll: false,
        // Without this, the dialog's header would count as the banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, transitionProps: quick, withinPortal: true } }),
  },
  shadows: { xs: 'none', sm: 'none', md: 'var(--md-shadow)', lg: 'var(--md-shadow)', xl: 'var(--md-shadow)' },
});

/** The words of buttons that Mantine adds to its fields by itself, which are English or missing otherwise. */
export interface FieldWords {
  readonly showPassword: string;
  readonly clear: string;
}

/** The Mantine theme. */
export function themeWith({ showPassword, clear }: FieldWords): MantineThemeOverride {
  return mergeThemeOverrides(looks, {
    components: {
      PasswordInput: PasswordInput.extend({
        defaultProps: { visibilityToggleButtonProps: { 'aria-label': showPassword } },
      }),
      TagsInput: TagsInput.extend({ defaultProps: { ...lists, clearButtonProps: { 'aria-label': clear } } }),
    },
  });
}

/** Sets Mantine's variables from our own, so that both themes are defined in one place (tokens.css). */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--md-surface)',
    '--mantine-color-text': 'var(--md-text)',
    '--mantine-color-dimmed': 'var(--md-text-3)',
    '--mantine-color-placeholder': 'var(--md-text-3)',
    '--mantine-color-default': 'var(--md-field)',
    '--mantine-color-default-hover': 'var(--md-hover)',
    '--mantine-color-default-border': 'var(--md-line)',
    '--mantine-color-default-color': 'var(--md-text)',
    '--mantine-color-bright': 'var(--md-text)',
    '--mantine-color-red-light': 'var(--md-bad-soft)',
    '--mantine-color-red-light-color': 'var(--md-bad)',
    '--mantine-color-red-light-hover': 'var(--md-bad-soft)',
    '--mantine-color-gray-light-color': 'var(--md-text-2)',
    '--mantine-color-gray-light-hover': 'var(--md-hover)',
    '--mantine-color-disabled': 'var(--md-line-soft)',
    '--mantine-color-disabled-color': 'var(--md-text-3)',
    '--mantine-color-disabled-border': 'var(--md-line)',
    '--mantine-color-error': 'var(--md-bad)',
    '--mantine-color-anchor': 'var(--md-accent-text)',
    '--mantine-color-moon-light': 'var(--md-accent-soft)',
    '--mantine-color-moon-light-color': 'var(--md-accent-text)',
    '--mantine-color-moon-light-hover': 'var(--md-accent-soft)',
  };
  return { variables: {}, light: shared, dark: shared };
};

/** The nonce that the content security policy of this window requires for style elements. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}
