import { MantineProvider } from '@mantine/core';
import type { DurableClient } from './lib/durable-client.ts';
import { CoreProvider } from './lib/core.tsx';
import { resolveCssVariables, theme } from './ui/theme.ts';

export function App({ client }: { client: DurableClient }) {
  return (
    <CoreProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={resolveCssVariables} defaultColorScheme="auto">
        <div />
      </MantineProvider>
    </CoreProvider>
  );
}
