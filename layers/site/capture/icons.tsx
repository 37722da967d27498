/** Line drawings, 24 by 24; they say nothing that words do not say too. */
const paths = {
  back: 'M15 5l-7 7 7 7',
  card: 'M3 6h18v12H3zM6.5 14.5h4M14 10h4M14 13h3M8.5 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  face: 'M12 21c4.5 0 7.5-4 7.5-9S16.5 3 12 3 4.5 7 4.5 12s3 9 7.5 9zM9 10v.5M15 10v.5M9 15c1.8 1.5 4.2 1.5 6 0',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2',
  camera: 'M3 8h4l1.5-2.5h7L17 8h4v11H3zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM4 3l17 19',
  retry: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4',
  phone: 'M7 2.5h10v19H7zM11 18.5h2',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name, className = '', size = 24 }: { name: IconName; className?: string; size?: number }) => (
  <svg
    class={className}
    viewBox="0 0 24 24"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
);
