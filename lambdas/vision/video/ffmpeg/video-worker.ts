/**
 * A process that takes one video apart and ends. It knows nothing else, has no environment, opens no file and no connection, and is ended
 * from outside (`videos.ts`) where it takes too long or too much memory. FFmpeg's libraries are loaded in here and nowhere else: what
 * a file does to them it does to this process, and their licence (GPLv3) stays with it.
 */
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { VideoReply, VideoRequest } from '../video-messages.ts';
import { readVideo } from './read-video.ts';

const reply = (message: VideoReply, then = () => {}) => process.send?.(message, then);

process.once('message', async (request: VideoRequest) => {
  const read = await readVideo(request);
  // Nothing is freed: the process ends here.
  reply(read.ok ? { video: read.value } : { fault: read.error }, () => process.exit());
});
process.on('disconnect', () => process.exit());
Log.setLevel(AV_LOG_QUIET);
reply({ ready: true });
