/** Sizes that both ends of the wire hold to, in bytes. */
export const MAXIMUM_FRAME_BYTES = 1024 * 1024;
/** What a page of frames is filled up to; a page holds at least one frame. */
export const PAGE_BYTES = 256 * 1024;
/** The largest message: a page, filled up with one frame of the largest size, and its envelope. */
export const MAXIMUM_MESSAGE_BYTES = 2 * 1024 * 1024;
/** A sealed invite in the mailbox. */
export const MAXIMUM_BOX_BYTES = 4 * 1024;
/** Documents in one ledger: at a thousand entries each, four million entries. */
export const MAXIMUM_DOCUMENTS = 4_096;
/** Frames in one page or append, however small. */
export const MAXIMUM_FRAMES_AT_ONCE = 1_000;
/** One record of the membership: a thousand wrapped keys and the cards of as many devices. */
export const MAXIMUM_RECORD_BYTES = 512 * 1024;
/** Records in one page. */
export const MAXIMUM_RECORDS_AT_ONCE = 200;
/** One piece of a blob, and so many of them at most: attachments of 32 MiB. */
export const BLOB_CHUNK_BYTES = 256 * 1024;
export const MAXIMUM_BLOB_CHUNKS = 128;
/** Who vouches for a snapshot; more than these need not be told. */
export const MAXIMUM_ENDORSEMENTS = 8;
/** Something said to those who are there now: with its addressees, and in base64, it fits into one notice of PostgreSQL (8 000 bytes). */
export const MAXIMUM_SIGNAL_BYTES = 4_608;
export const MAXIMUM_SIGNAL_ADDRESSEES = 16;
/** Devices in one call. */
export const MAXIMUM_CALL_PEERS = 8;
export const MAXIMUM_TOKEN_BYTES = 1024;
