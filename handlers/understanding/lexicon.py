"""The parts project names are made of, so that a mention is told from ordinary words.

"纺织" alone names an industry, "纺织园" a project: what a run of characters proves depends on what kind of part
(:class:`Part`) of the name it covers. The lists are the words such names share, not a dictionary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a part of a project's name is."""

    OWN = "own"  # characters only this name has: 恒瑞
    PLACE = "place"  # 城北, 平澜段
    ORDINAL = "ordinal"  # 第二
    PHASE = "phase"  # 一期, 二标段
    CODE = "code"  # S213
    YEAR = "year"  # 2026年
    ADMIN = "admin"  # 县, 市 at the start
    TRADE = "trade"  # 纺织, 污水, 医院: what it is about
    HEAD = "head"  # 厂, 园: the one-character word it ends in
    FILLER = "filler"  # 项目, 改造: every name has some


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a name, at `[start, end)`."""

    part: Part
    start: int
    end: int


def _words(listed: str) -> list[str]:
    return listed.split()


TRADE_WORDS = _words(
    """
产业园 工业园 科技园 物流园 产业 工业 农业 园区 纺织 服装 印染 化工 医药 制药 装备 机械
汽车 配件 食品 饮料 粮食 饲料 面粉 物流 冷链 仓储 农田 水库 河道 水系 水利 水厂 灌区 污水
垃圾 固废 危废 供水 饮水 供热 供气 燃气 供电 电网 管网 管沟 管廊 公路 道路 国道 省道 高速
大道 大街 大桥 桥梁 铁路 机场 车站 客运 货运 公交 停车场 医院 中医院 妇幼 卫生院 卫生 学校
中学 小学 高中 初中 幼儿园 大学 学院 职教 职业 技术 人民 中心 广场 公园 小区 社区 安置房
安置 棚户区 保障房 住宅 商业 商贸 市场 文化 文旅 旅游 体育 体育馆 图书馆 博物馆 养老 康养
养殖 种植 蔬菜 水果 林果 畜牧 生猪 肉牛 奶牛 新能源 能源 光伏 风电 储能 充电 充电桩 电站
变电站 发电 热电 电池 锂电 电子 信息 软件 数据 数据中心 通信 基站 材料 新材料 建材 水泥
陶瓷 玻璃 钢铁 铝业 煤炭 矿山 矿业 环保 环卫 生态 绿化 湿地 森林 土地 耕地 标准地 厂房
车间 基地 生产线 实验室 研究院 孵化器 创业 创新 科技 金融 会展 酒店 乡村 村庄 农村 厕所
扶贫 振兴 消防 应急 公安 法院 档案 政务 服务 大厦 大楼 大厅 门诊楼 手术楼 教学楼 综合楼
综合体 安全 防洪 排涝 泵站 保障性 保障 储备 储备粮 粮库 直属库 直属 肉制品 制品 天然气 入户
装配式 装配 建筑 批发 零售 农产品 业务 用房 公安局 检察院 法庭 审判 看守所 轮胎 零部件 部件
组件 元件 器材 设备 仪器 仪表 包装 印刷 造纸 木业 家具 家居 门业 管业 钢构 型材 铝材 板材
石材 砂石 骨料 混凝土 沥青 化肥 农药 种子 种业 育苗 花卉 药材 中药 中药材 中医药 保健院
保健 康复 医疗 护理 颐养 疗养 殡仪 公墓 陵园 纪念馆 展览 展馆 规划馆 会议 宾馆 酒业 白酒
乳业 乳品 蛋鸡 肉鸡 水产 渔业 粮油 油脂 面食 速冻 调味品 茶叶 棉花 毛纺 化纤 皮革 制鞋
鞋业 箱包 玩具 五金 电器 家电 电缆 电线 电机 电力 电气 光电 芯片 半导体 机器人 无人机 航空
轨道 首末站 枢纽 港口 码头 航道 隧道 立交 高架 环线 快速路 连接线 专用线 绿道 步道 雨污
分流 排水 中水 再生水 净水 调蓄 灌溉 堤防 清淤 水土 保持 流域 地下水 海绵 城管 城市 县城
县域 乡镇 镇区 集镇 城中村 老旧 回迁 公寓 公租房 人才 租赁 地产 写字楼 总部 经济 电商 直播
夜市 步行街 民宿 景区 乐园 影视 剧院 球场 健身 新校区 校区 新院区 院区 分校 分院 实训 教育
培训 党校 干部 老年 儿童 妇女 社会 福利 救助 残疾 农民 集体 合作社 高效 节水 大棚 温室
冷藏 保鲜 烘干 屠宰 交易 配送 快递 仓库 保税 停车 焚烧 填埋 回收 再生 资源 气化 集中 改线
绕城 出口 入口 生活
"""
)

FILLER_WORDS = _words(
    """
项目 工程 建设 改造 提标 提质 改建 扩建 新建 迁建 续建 重建 改扩建 提升 整治
治理 修复 修缮 配套 设施 基础 处理 综合 生产 加工 制造 研发 示范 标准化 智能
智慧 数字 数字化 现代 现代化 高端 高标准 先进 新型 绿色 循环 年产 全域 城乡 城镇
一体化 有限 公司 集团 股份 年度 以及 及 与 和 等 系统 体系 平台 搬迁 开发 利用
升级 更新 完善 规划 设计 前期 主体 附属
整体 中央 县级 省级 市级 国家 全县 全市 及其
"""
)

HEAD_WORDS = "厂园院路桥站校馆库港街渠湖河矿坝所城楼场房池塘"

# The commonest characters of ordinary writing: two of them together prove little.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最"
    "立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根"
    "论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联"
    "什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整"
    "空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省"
    "列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育"
    "厂京识适属圆包火住调满县局照参红细引听该铁价严"
)

_NUMERAL = "一二三四五六七八九十0-9"


def _one_of(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_PIECE = re.compile(
    rf"(?P<code>[a-z]{{1,4}}\d{{2,}}|\d{{3,}}(?!\d*年)(?=国道|省道|县道|线))"
    rf"|(?P<year>20\d\d年?度?)"
    rf"|(?P<phase>[{_NUMERAL}]+(?:期|标段|标|区|号楼|号线|号地块|批次?)|[a-h东西南北]区|[东西南北]院区)"
    rf"|(?P<ordinal>第[{_NUMERAL}]+)"
    rf"|(?P<admin>^(?:[\u4e00-\u9fff]{{2,3}}[省市县])?[省市县](?=.)|^[\u4e00-\u9fff]{{2,3}}[省市县](?=.))"
    rf"|(?P<place>城[东南西北]|[东南西北][城关郊街环]|老城区?|新城区?|新区|开发区|高新区|经开区"
    rf"|[\u4e00-\u9fff]{{2}}(?:段|镇|乡|村|街道))"
    r"|(?P<measure>\d+(?:\.\d+)?(?:万|亿)?(?:吨|公里|亩|台|套|座|平方米|平米|米|千瓦|兆瓦|头|只|户|个|mw|kw)?)"
    rf"|(?P<trade>{_one_of(TRADE_WORDS)})"
    rf"|(?P<filler>{_one_of(FILLER_WORDS)})"
    rf"|(?P<head>[{HEAD_WORDS}])"
    rf"|(?P<own>.)"
)


_PARTS = {**{part.value: part for part in Part}, "measure": Part.FILLER}


def pieces(name: str) -> list[Piece]:
    """Return the parts of a name in lower case, in order, without gaps."""
    found: list[Piece] = []
    for match in _PIECE.finditer(name):
        part = _PARTS[match.lastgroup or "own"]
        if part is Part.OWN and found and found[-1].part is Part.OWN:
            found[-1] = Piece(Part.OWN, found[-1].start, match.end())
        elif part is Part.HEAD and not found:
            found.append(Piece(Part.OWN, match.start(), match.end()))
        else:
            found.append(Piece(part, match.start(), match.end()))
    return found


def core(parts: list[Piece]) -> tuple[int, int]:
    """Return `[start, end)` of a name without what people leave out: 2026年, 县 in front, 项目 or 改造 behind."""
    kept = list(parts)
    while kept and kept[0].part in (Part.YEAR, Part.ADMIN):
        kept.pop(0)
    while kept and kept[-1].part is Part.FILLER:
        kept.pop()
    return (kept[0].start, kept[-1].end) if kept else (0, 0)
