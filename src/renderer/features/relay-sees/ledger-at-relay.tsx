import { Paper, Table } from '@mantine/core';
import { useId } from 'react';
import type { RelaySeesView } from '#contract/people-views.ts';
import { fingerprintOf } from '#renderer/features/identity/fingerprint.ts';
import { useFormat } from '#renderer/lib/format.ts';
import { useSize } from '#renderer/lib/use-size.ts';
import { Mark } from '#renderer/ui/mark.tsx';
import { ScrollTable } from '#renderer/ui/scroll-table.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import classes from './relay-sees.module.css';

type Ledger = RelaySeesView['ledgers'][number];

/** One ledger as the relay has it, beside what it is to me. */
export function LedgerAtRelay({ ledger, name }: { ledger: Ledger; name: string }) {
  const say = useWords('relaySees');
  const size = useSize();
  const title = useId();
  const frames = ledger.documents.reduce((sum, one) => sum + one.frames, 0);
  const bytes = ledger.documents.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={title} className={classes.ledger}>
      <h2 id={title} className={classes.id}>{say('atRelay', { id: fingerprintOf(ledger.ledger) })}</h2>
      <p className={classes.text}>{say('ledgerFacts', { pseudonyms: ledger.pseudonyms.length, records: ledger.records, frames, bytes: size(bytes) })}</p>
      <p className={classes.quiet}>{say('yourName', { name })}</p>
      <div className={classes.tables}>
        <Pseudonyms ledger={ledger} />
        <Documents ledger={ledger} />
      </div>
      {ledger.frames.length > 0 && <Newest ledger={ledger} />}
    </Paper>
  );
}

/** The beginning of what is much longer. */
const Hex = ({ of }: { of: string }) => <code className={classes.hex} title={of}>{of.slice(0, 8)}</code>;

function Pseudonyms({ ledger: { pseudonyms } }: { ledger: Ledger }) {
  const say = useWords('relaySees');
  return (
    <div>
      <ScrollTable label={say('pseudonyms')} minWidth={240} maxHeight={240}>
        <Table.Thead>
          <Table.Tr><Table.Th scope="col">{say('pseudonym')}</Table.Th><Table.Th scope="col">{say('role')}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pseudonyms.map(({ key, role, mine }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" fw={400}><Hex of={key} />{mine && <Mark>{say('mine')}</Mark>}</Table.Th>
              <Table.Td>{say(role === null ? 'role_gone' : `role_${role}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
      <p className={classes.quiet}>{say('mineHint')}</p>
    </div>
  );
}

function Documents({ ledger: { documents } }: { ledger: Ledger }) {
  const say = useWords('relaySees');
  const format = useFormat();
  const size = useSize();
  return (
    <ScrollTable label={say('documents')} minWidth={320} maxHeight={240}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{say('document')}</Table.Th>
          <Table.Th scope="col" ta="end">{say('parcels')}</Table.Th>
          <Table.Th scope="col" ta="end">{say('size')}</Table.Th>
          <Table.Th scope="col" ta="end">{say('lastNumber')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {documents.map(({ document, frames, bytes, lastSeq }) => (
          <Table.Tr key={document}>
            <Table.Th scope="row" fw={400}><Hex of={document} /></Table.Th>
            <Table.Td ta="end">{format.number(frames)}</Table.Td>
            <Table.Td ta="end">{size(bytes)}</Table.Td>
            <Table.Td ta="end">{lastSeq === null ? say('notYet') : format.number(lastSeq)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function Newest({ ledger: { frames } }: { ledger: Ledger }) {
  const say = useWords('relaySees');
  const format = useFormat();
  const size = useSize();
  return (
    <div>
      <h3 className={classes.subheading}>{say('newest')}</h3>
      <p className={classes.quiet}>{say('headHint')}</p>
      <ScrollTable label={say('newest')} minWidth={820} maxHeight={320}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('time')}</Table.Th>
            <Table.Th scope="col">{say('author')}</Table.Th>
            <Table.Th scope="col">{say('document')}</Table.Th>
            <Table.Th scope="col">{say('kind')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('size')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('epoch')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('record')}</Table.Th>
            <Table.Th scope="col" ta="end">{say('number')}</Table.Th>
            <Table.Th scope="col">{say('head')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {frames.map((frame, index) => (
            <Table.Tr key={index}>
              <Table.Td className={classes.time}>{frame.at > 0 ? format.dateTime(frame.at) : say('fromHere')}</Table.Td>
              <Table.Td><Hex of={frame.author} /></Table.Td>
              <Table.Td><Hex of={frame.document} /></Table.Td>
              <Table.Td>{say(`kind_${frame.kind}`)}</Table.Td>
              <Table.Td ta="end">{size(frame.bytes)}</Table.Td>
              <Table.Td ta="end">{format.number(frame.epoch)}</Table.Td>
              <Table.Td ta="end">{format.number(frame.record)}</Table.Td>
              <Table.Td ta="end">{frame.seq === null ? say('notYet') : format.number(frame.seq)}</Table.Td>
              <Table.Td><code className={classes.bytes}>{frame.head}</code></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
    </div>
  );
}
