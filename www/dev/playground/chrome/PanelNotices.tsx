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
        <NoticeIcon key={severity} severity={severity} notices={distinct(notices, severity)} />
      ))}
    </>
  );
}

function distinct(notices: QueryResultMetaNotice[], wanted: Severity): QueryResultMetaNotice[] {
  const matching = notices.filter(({ severity }) => severity === wanted);
  return [...new Map(matching.map((notice) => [notice.text, notice])).values()];
}

function NoticeIcon({ severity, notices }: { severity: Severity; notices: QueryResultMetaNotice[] }) {
  const styles = useStyles2(noticeStyles);
  const texts = notices.map(({ text }) => text);
  if (notices.length === 0) {
    return null;
  }
  const content = (
    <>
      {notices.map(({ text, link }) => (
        <p key={text} className={styles.text}>
          {text}{' '}
          {link && (
            <a href={link} target="_blank" rel="noreferrer">
              {link}
            </a>
          )}
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
