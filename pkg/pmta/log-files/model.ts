/** How large a file is. `/logs` shows most sizes rounded (`958K`, `233M`), so the truth lies between the two, inclusive. */
export interface SizeEstimate {
  /** Bytes. */
  min: number;
  /** Bytes; null where PMTA does not say. */
  max: number | null;
}

/** One file of `/logs`: accounting files, pmta.log, pmtahttp.log and whatever else PMTA's log folder holds. */
export interface LogFile {
  /** A plain file name, without folder. */
  name: string;
  size: SizeEstimate;
  /** When it was last written, UTC milliseconds; null where PMTA does not say. */
  time_ms: number | null;
}

/** One answer to `/logs`. */
export interface LogFileList {
  node: string;
  /** Our clock when the answer was complete, UTC milliseconds. */
  taken_ms: number;
  /** In PMTA's order. */
  files: LogFile[];
  /** What the user should know, such as files that cannot be asked for. */
  notices: string[];
}

export interface OpenLogFileOptions {
  /** Bytes of the file that the caller has; the stream begins behind them. 0 by default. */
  from?: number;
  /** Most bytes a second that are taken from PMTA; Infinity for no limit. */
  bytesPerSecond: number;
  signal?: AbortSignal | undefined;
}

/** A file that is being read. */
export interface LogFileStream {
  name: string;
  /**
   * PMTA sends parts of files. Where it does not, each call transfers the whole file again and drops the first `from`
   * bytes here, so a caller should leave a file alone until it is closed.
   */
  ranged: boolean;
  /** Size of the whole file, as far as PMTA says when it sends it. */
  totalBytes: number | null;
  /**
   * The bytes from `from` to the end; none where there is nothing new. To be read once; no more is taken from PMTA than
   * is read here. Throws PmtaError: after `interrupted` the caller may go on from `from` plus what it has read, after
   * `shrunk` the file is not the one that it was. Throws the signal's reason when the caller aborted.
   */
  bytes: AsyncIterable<Buffer>;
  /** Ends the transfer. Needed only where `bytes` is not read to its end or error, nor left with `break`. */
  close(): void;
}
