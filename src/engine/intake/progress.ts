/** How far a run of intake is, told to the engine in time. */
import type { ImportProgress } from '../../shared/model/source';

/** Sends progress at most every 100 ms, with rates over the whole run so far. */
export class Progress {
  private readonly startedAt = Date.now();
  private lastSent = 0;
  private bytesDone = 0;
  records = 0;
  rejected = 0;
  fileIndex = 0;
  fileName = '';
  phase: ImportProgress['phase'] = 'hashing';
  phaseShare: number | null = null;
  /** True while the members of an archive are read: what is done of it is told by the archive's own bytes. */
  isInArchive = false;

  constructor(
    private readonly fileCount: number,
    private readonly bytesTotal: number,
    private readonly send: (progress: ImportProgress) => void,
  ) {}

  /** Bytes count half when hashed and half when read, so that the bar never runs back. */
  bytes(count: number): void {
    if (!this.isInArchive) this.bytesDone += count / 2;
    this.tick();
  }

  /** Bytes of an archive whose members are read. */
  archiveBytes(count: number): void {
    this.bytesDone += count;
    this.tick();
  }

  /** What threads did since they were last asked. */
  ofThreads(done: { bytes: number; records: number; rejected: number }): void {
    this.bytesDone += done.bytes;
    this.records += done.records;
    this.rejected += done.rejected;
    this.tick();
  }

  /** Whether every file may be told of without a flood of messages. */
  get isFew(): boolean {
    return this.fileCount < 100;
  }

  /** Goes on to a phase that works on all files together, or within it. */
  at(phase: ImportProgress['phase'], share: number): void {
    this.phase = phase;
    this.phaseShare = share;
    this.tick(true);
  }

  tick(force = false): void {
    const now = Date.now();
    if (!force && now - this.lastSent < 100) return;
    this.lastSent = now;
    const seconds = (now - this.startedAt) / 1000;
    const rate = seconds > 0 ? this.bytesDone / seconds : 0;
    this.send({
      phase: this.phase,
      phaseShare: this.phaseShare,
      phaseMs: 0,
      fileIndex: this.fileIndex,
      fileCount: this.fileCount,
      fileName: this.fileName,
      bytesDone: Math.min(Math.round(this.bytesDone), this.bytesTotal),
      bytesTotal: this.bytesTotal,
      records: this.records,
      rejected: this.rejected,
      recordsPerSecond: seconds > 0 ? Math.round(this.records / seconds) : 0,
      secondsLeft: rate > 0 && seconds > 1 ? (this.bytesTotal - this.bytesDone) / rate : null,
    });
  }
}
