const animals =
  '松鼠 海豚 白鹭 刺猬 狐狸 水獭 山雀 考拉 鲸鱼 骆驼 企鹅 雪豹 喜鹊 河马 羚羊 蜻蜓 乌龟 斑马 猎鹰 海獭 熊猫 鹦鹉 驯鹿 蝴蝶'.split(
    ' ',
  );

/**
 * What somebody is called who has not said a name: an animal, so that guests and their avatars differ, and the end of the user's
 * id, so that two of the same animal do as well. Always the same for the same user.
 */
export function defaultName(user: string): string {
  // Not the sum that the mini program makes a colour of: who has the same animal need not have the same colour.
  let sum = 0;
  for (let at = 0; at < user.length; at++) sum = (sum * 37 + user.charCodeAt(at)) % 9949;
  return `${animals[sum % animals.length]} ${user.slice(-4)}`;
}
