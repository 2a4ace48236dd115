import { css } from '@emotion/css';

const PHONE = '@media (max-width: 600px)';

/** For a labelled control: where the page is narrow, as on a phone or at a zoom of 400 %, the control goes below its label. */
export const NARROW = css({ [PHONE]: { flexWrap: 'wrap', maxWidth: '100%', '& > *': { maxWidth: '100%' } } });

/** For a group of radio buttons, which then stand in several rows. */
export const NARROW_GROUP = css({ [PHONE]: { flexWrap: 'wrap', maxWidth: '100%' } });
