/** A place of China, with its code and what is in it. */
export interface Region {
  readonly name: string;
  readonly code: string;
  readonly parts?: readonly Region[];
}

const place = (code: string, name: string, ...parts: Region[]): Region => ({
  code,
  name,
  ...(parts.length > 0 && { parts }),
});

/** Some of the places that `<picker mode="region">` offers on a phone, with their real codes: enough to choose one. */
export const regions: readonly Region[] = [
  place(
    '110000',
    '北京市',
    place('110100', '北京市', place('110101', '东城区'), place('110105', '朝阳区'), place('110108', '海淀区')),
  ),
  place(
    '310000',
    '上海市',
    place('310100', '上海市', place('310101', '黄浦区'), place('310104', '徐汇区'), place('310115', '浦东新区')),
  ),
  place(
    '320000',
    '江苏省',
    place('320100', '南京市', place('320102', '玄武区'), place('320106', '鼓楼区')),
    place('320500', '苏州市', place('320505', '虎丘区'), place('320507', '相城区')),
  ),
  place('330000', '浙江省', place('330100', '杭州市', place('330106', '西湖区'), place('330108', '滨江区'))),
  place(
    '440000',
    '广东省',
    place('440100', '广州市', place('440103', '荔湾区'), place('440105', '海珠区'), place('440106', '天河区')),
    place('440300', '深圳市', place('440304', '福田区'), place('440305', '南山区')),
  ),
  place('510000', '四川省', place('510100', '成都市', place('510104', '锦江区'), place('510107', '武侯区'))),
];
