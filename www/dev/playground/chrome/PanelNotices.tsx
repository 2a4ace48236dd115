import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryResultMetaNotice } from '@grafana/data';
import { SceneObjectBase, sceneGraph, type SceneComponentProps, type SceneObjectState } from '@grafana/scenes';
import { Icon, PanelChrome, Tooltip, useStyles2, type IconName } from '@grafana/ui';
import React from 'react';

type Severity = QueryResultMetaNotice['severity'];

const severities: Severity[] = ['error', 'warning', 'info'];

const icons: Record<Severity, IconName> = {
  error: 'exclamation-circle',
  warning: 'exclamation-triangle',
  info: 'info-circle',
};

/** The notices of the panel's frames, in the panel's header: one icon for each severity, the texts in its tooltip. */
export class PanelNotices extends SceneObjectBase<SceneObjectState> {
  static Component = NoticeIcons;
}

function NoticeIcons({ model }: SceneComponentProps<PanelNotices>) {
  const { data } = sceneGraph.getData(model).useState();
  const notices = (data?.series ?? []).flatMap((frame) => frame.meta?.notices ?? []);
  return (
    <>
      {severities.map((severity) => (
        <NoticeIcon key={severity} severity={severity} texts={textsOf(notices, severity)} />
      ))}
    </>
  );
}

function textsOf(notices: QueryResultMetaNotice[], wanted: Severity): string[] {
  return [...new Set(notices.filter(({ severity }) => severity === wanted).map(({ text }) => text))];
}

function NoticeIcon({ severity, texts }: { severity: Severity; texts: string[] }) {
  const styles = useStyles2(noticeStyles);
  if (texts.length === 0) {
    return null;
  }
  const content = (
    <>
      {texts.map((text) => (
        <p key={text} className={styles.text}>
          {text}
        </p>
      ))}
    </>
  );
  return (
    <Tooltip content={content} interactive={true}>
      <PanelChrome.TitleItem className={styles[severity]}>
        <Icon
          name={icons[severity]}
          size="md"
          aria-label={`${severity}: ${texts.join(' ')}`}
          data-testid={`panel-notice-${severity}`}
        />
      </PanelChrome.TitleItem>
    </Tooltip>
  );
}

const noticeStyles = (theme: GrafanaTheme2) => ({
  text: css({ margin: 0, '& + &': { marginTop: theme.spacing(1) } }),
  error: css({ color: theme.colors.error.text }),
  warning: css({ color: theme.colors.warning.text }),
  info: css({ color: theme.colors.info.text }),
});
