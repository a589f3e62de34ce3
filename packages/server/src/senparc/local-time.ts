/**
 * Local date and time as `yyyy/MM/dd HH:mm:ss`: what the .NET original sends on a Chinese server, padded to a fixed
 * width. With slashes, because `new Date('2024-05-06 07:08:09')` is an invalid date on iPhones.
 */
export function toLocalTime(time: Date): string {
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(padded).join('/');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(padded).join(':')}`;
}

function padded(part: number): string {
  return String(part).padStart(2, '0');
}
