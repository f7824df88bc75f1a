import { Button, Modal, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileExport } from '@tabler/icons-react';
import { useState } from 'react';
import type { IouExportView, IouView } from '#contract/ious-views.ts';
import { QrCode } from '#renderer/features/sharing/qr-code.tsx';
import { useCall } from '#renderer/lib/core.tsx';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './ious.module.css';

function saveFile({ name, content }: IouExportView): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** The IOU for somebody who has no such program: a file and a code. */
export function IouExport({ iou }: { iou: IouView }) {
  const say = useWords('ious');
  const ui = useWords('ui');
  const make = useCall('ious.export');
  const [made, setMade] = useState<IouExportView>();
  async function open(): Promise<void> {
    const reply = await make.run({ ledger: iou.ledger, iou: iou.iou });
    if (reply.ok) setMade(reply.value);
  }
  return (
    <>
      <Button variant="default" leftSection={<IconFileExport size={16} aria-hidden />} loading={make.busy} onClick={() => void open()}>{say('export')}</Button>
      <FailureNotice error={make.error} onClose={make.clear} />
      <Modal opened={made !== undefined} onClose={() => setMade(undefined)} title={say('exportTitle')} closeButtonProps={{ 'aria-label': ui('close') }}>
        {made && (
          <Stack gap="md">
            <Text size="sm">{say('exportLead')} {say('exportAmounts')}</Text>
            {made.qr !== null && <div className={classes.qr}><QrCode text={made.qr} label={say('exportQr')} ecc="L" /></div>}
            {made.qr !== null && !made.qrIsWhole && <Text size="xs" c="dimmed">{say('exportQrPart')}</Text>}
            <Button data-autofocus leftSection={<IconDownload size={16} aria-hidden />} onClick={() => saveFile(made)}>{say('exportSave')}</Button>
          </Stack>
        )}
      </Modal>
    </>
  );
}
