"""The words of building works and of the papers before them: steps, and how one says that they are done.

A step alone (桩基) reports progress only where nothing else is said of it; with 了, 完, 开始 it does so for certain.
"""

from __future__ import annotations

import re


def _one_of(listed: str) -> str:
    return "|".join(sorted(listed.split(), key=len, reverse=True))


STEPS = _one_of(
    """
地勘 勘探 钻探 放线 放样 复测 场平 平整 三通一平 临建 打围 清基 清表 清障 清淤 降水 支护 开挖 挖沟 土方 外运
回填 夯实 碾压 强夯 试桩 打桩 压桩 桩基 灌注 灌浆 注浆 成孔 承台 墩柱 盖梁 架梁 架设 架桥 铺轨 铺装 顶管 下管
布管 接管 穿线 布线 接线 放缆 敷设 铺设 焊接 支模 绑扎 扎筋 浇筑 浇灌 打灰 养护 拆模 砌筑 砌体 砌墙 抹灰 粉刷
涂刷 喷漆 刷漆 喷涂 贴砖 贴面 挂板 吊顶 (?<!消)防水 保温 吊装 组装 拼装 安装 就位 落位 找平 摊铺 铺油 铺沥青
水稳 封层 面层 底基层 安砌 路沿石 路缘石 划线 标线 亮化 绿化 栽树 植树 打井 洗井 成井 下泵 衬砌 刻槽 试水 闭水
试漏 试压 打压 满水试验 蓄水试验 通水 通气 单机 联调 联动试车 试车 试运行 试生产 调试 带电 (?<!联)通电(?!信|话)
送电 受电 投运 投用 投产 初验 预验收 验收 消验 竣备 贯通 合龙
合拢 封顶 封闭 封板 收口 收尾 扫尾 挂网 上网 开标 评标 招标 中标 流转 评审 公示
备案 赋码 核准 可研 环评 能评 稳评 施工证 施工许可 摘牌 签约 丈量 清点 兑付 腾空 过户 交底 图审 进场 开工 完工
竣工 验槽 钎探 护坡 喷锚 张拉 压浆 凿毛 植筋 二次结构
抹面 刮腻子 自流平 滴灌 喷灌 埋管 配管 立杆 架线 冲孔 旋喷 掘进 顶进 沉井 清槽 勾缝 灌缝 收光 覆土
深翻 组卷 定标 并网 点火 封底 吹扫 清洗 拼接 涂装 打胶 上梁 合模 滑模 布设 洞通 组立 放样
"""
)

# What is made: nothing is told by the word alone.
PIECES = _one_of(
    "底板 顶板 桥台 系梁 墩身 冠梁 圈梁 腻子 地坪 筏板 锚杆 垫层 湿接缝"
    " 铰缝 构造柱 承台 盖梁 屋架 檩条 龙骨 桥面 涵洞 池壁"
)

# What hands do; with 完, 好, 了 behind it is done.
HANDS = (
    r"[吊打铺砌装挖浇拆清衬画交搬焊刷粉抹填架埋栽种审批办签招验改做盖干弄整修建搭安接贴灌压夯喷扎绑挪移垒刨运迁刮"
    r"立围支剪割切磨调拉穿推平锯卸扣套插涂注]"
)
DONE = r"(?:完成|完工|干完|弄完|做完|完毕|结束|成功|通过|合格|到位|过半|收尾|齐了|完了?|好了?)"
# All of it, or as it should be: with one of these a step is done and not only spoken of.
ALL = r"(?:全部|全线|全面|全都?|都|已经?|顺利|如期|按期|提前|正式|终于|总算|刚刚?|一次性?|整体)"
# Papers and samples that are looked at before one may go on.
PAPERS = (
    r"(?:材料|资料|方案|图纸?|组卷|卷宗?|报件|手续|申请|请示|初设|可研|环评|能评|稳评"
    r"|报告|文本|清单|标书|评估|土地|用地|规划)"
)
TESTED = (
    r"(?:检测|检验|试验|验收|验槽|核验|评审|评审会|论证|论证会|审查|图审|审图|初审|复审"
    r"|会审|预审|技审|公示|专家会|抽检|试压|试桩|静载|闭水|备案)"
)
STARTED = r"(?:开始|着手|启动|正在|正(?=[支绑扎浇砌吊挖铺装打])|已经?|接着|继续|刚刚?)(?:组织|进行|全面|大面积)?"

# Not so, or not yet.
NOT = r"(?:还没有?|没有?|木有|冇|没得|莫得|未|尚未|无法|不能|没法|不让|不给)"
# Still to come; 主要 and 功能 are none of these.
TO_COME = (
    r"(?:明[天儿日]|赶明儿?|后[天儿]|下个?(?:月|周|礼拜|星期)|过[几两]天|即将|马上|就要|(?<!主)(?<!需)要|(?<![取获觉显])得"
    r"|(?<![功智性职])能(?![评耗源])|准备|打算|计划|拟|预计|预定|争取|力争|确保|保证|尽快|抓紧|务必|必须|如果|要是|等着?)"
)

# 修罢了, 弄利索了: done, in the words of here.
_DONE_HERE = re.compile(
    rf"(?<={HANDS})罢(?=了|[\d一二两三四五六七八九十百千]|$|[，。；,;\s])|(?<={HANDS})(?:利索|停当|妥当|清爽)"
)


def in_common_words(text: str) -> str:
    """Return a text of the same length with 完 where people here say 罢 or 利索 of what their hands have done."""
    return _DONE_HERE.sub(lambda found: "完" if len(found.group()) == 1 else "完了", text)


_OF_WORKS = re.compile(
    rf"(?:{STEPS})|(?:{PIECES})|{HANDS}(?:完|好|成|齐|了)|[\d一二两三四五六七八九十百千]+(?:多|来|余)?(?:万|亿|%|成|米|公里|亩|眼|根|台|套|层|方|吨|户|榀|片)"
    r"|工地|工人|工期|施工|图纸?|设备|材料|钢筋|混凝土|砼|管[沟道网]|路基|路面|厂房|楼|墙|井|渠|桥|地块|手续|征地|拆迁|变压器|电缆"
)


def tells_of_works(text: str) -> bool:
    """Whether a text speaks of works or of the papers before them, though it may say nothing of them that is known."""
    return bool(_OF_WORKS.search(text))
