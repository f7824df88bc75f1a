import { Alert, Button, Switch } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useState } from 'react';
import type { IdentityView } from '#contract/people-views.ts';
import { BackUpSection } from '#renderer/features/backup/back-up-section.tsx';
import { useCall, useWatch } from '#renderer/lib/core.tsx';
import { routeToHash } from '#renderer/lib/route.ts';
import { FailureNotice } from '#renderer/ui/failure-notice.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Face } from '#renderer/ui/person-name.tsx';
import { PickFile } from '#renderer/ui/pick-file.tsx';
import { Buttons, Part, Prose } from '#renderer/ui/part.tsx';
import { useWords } from '#renderer/words/use-words.ts';
import { fingerprintOf } from './fingerprint.ts';
import { NameField } from './name-field.tsx';
import { PhraseSection } from './phrase-section.tsx';
import { fileToPicture } from './picture.ts';
import classes from './identity.module.css';

/** Who I am on all my devices, and how I come back if they are lost. */
export function MePage() {
  const say = useWords('identity');
  const { view, error } = useWatch('identity.get', {});
  return (
    <Page title={say('title')}>
      <FailureNotice error={error} />
      {view && (
        <div className={classes.sections}>
          <WhoIAm me={view} />
          <PhraseSection me={view} />
          <BackUpSection me={view} />
          <Devices />
          <AtRest sealed={view.keysSealed} />
        </div>
      )}
    </Page>
  );
}

function WhoIAm({ me }: { me: IdentityView }) {
  const say = useWords('identity');
  const rename = useCall('profile.update');
  const update = useCall('identity.update');
  const save = async (change: Parameters<typeof update.run>[0]) => (await update.run(change)).ok;
  return (
    <Part title={say('who')}>
      <FailureNotice error={rename.error ?? update.error} onClose={rename.error ? rename.clear : update.clear} />
      <Picture me={me} onSave={(picture) => save({ picture })} />
      <NameField label={say('nickname')} hint={say('nicknameHint')} value={me.name} onSave={async (name) => (await rename.run({ name })).ok} />
      <NameField label={say('realName')} hint={say('realNameHint')} value={me.realName ?? ''} onSave={(realName) => save({ realName })}>
        {me.realName !== null && <Button variant="default" className={classes.besideField} onClick={() => void save({ realName: null })}>{say('removeRealName')}</Button>}
      </NameField>
      <Switch
        checked={me.showRealName} disabled={me.realName === null} label={say('showRealName')} description={say(me.realName === null ? 'realNameNone' : 'showRealNameHint')}
        onChange={(event) => void save({ showRealName: event.currentTarget.checked })}
      />
      <div>
        <div>{say('fingerprint')}</div>
        <code className={classes.key} title={me.root} data-testid="fingerprint">{fingerprintOf(me.root)}</code>
        <Prose quiet>{say('fingerprintHint')}</Prose>
      </div>
    </Part>
  );
}

function Picture({ me, onSave }: { me: IdentityView; onSave(picture: string | null): Promise<boolean> }) {
  const say = useWords('identity');
  const [isUnreadable, setUnreadable] = useState(false);
  async function choose(file: File): Promise<void> {
    const picture = await fileToPicture(file);
    setUnreadable(!picture.ok);
    if (picture.ok) await onSave(picture.value);
  }
  return (
    <>
      <div className={classes.pictureRow}>
        <Face name={me.name} picture={me.picture} me large />
        <div>
          <Buttons>
            <PickFile label={say('choosePicture')} accept="image/png,image/jpeg,image/webp" onPick={(file) => void choose(file)}>
              {(props) => <Button {...props} variant="default">{say('choosePicture')}</Button>}
            </PickFile>
            {me.picture !== null && <Button variant="subtle" color="gray" onClick={() => void onSave(null)}>{say('removePicture')}</Button>}
          </Buttons>
          <Prose quiet>{say('pictureHint')}</Prose>
        </div>
      </div>
      {isUnreadable && <Alert color="brick" role="alert" withCloseButton onClose={() => setUnreadable(false)}>{say('pictureUnreadable')}</Alert>}
    </>
  );
}

function Devices() {
  const say = useWords('identity');
  const { view } = useWatch('devices.list', {});
  const active = view?.filter(({ state }) => state === 'active').length ?? 0;
  return (
    <Part title={say('devices')}>
      <Prose>{say('devicesText', { count: active })}</Prose>
      <div><Button component="a" href={routeToHash({ page: 'devices' })} variant="default">{say('openDevices')}</Button></div>
    </Part>
  );
}

/** Said openly either way. */
function AtRest({ sealed }: { sealed: boolean }) {
  const say = useWords('identity');
  return (
    <Part title={say('atRest')}>
      <Alert role="note" color={sealed ? 'accent' : 'amber'} icon={sealed ? <IconLock aria-hidden /> : <IconLockOpen aria-hidden />}>
        {say(sealed ? 'keysSealed' : 'keysOpen')} {say('booksOpen')}
      </Alert>
    </Part>
  );
}
