"""Names as a register has them: common, long, of many peoples, and in rare characters."""

SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡",
    *"贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段",
    *("欧阳", "上官", "司马", "诸葛", "单", "仇", "区", "查", "解", "覃", "逄", "佘", "昝", "亓"),
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅国文志建春海山花凤福贵有财永成长根"
RARE = "䶮㛃㬎䒕䥽垚犇赟翀骉喆劼旻昇堃頔昶彧翾龑"
FOREIGN = (
    *("买买提·吐尔逊", "阿依古丽·艾合买提", "扎西多吉", "卓玛央金", "阿木尔"),
    *("吉克阿牛", "沙马曲布"),
)


def name(dice):
    """One name; every fiftieth is of another people, every hundredth holds a rare character."""
    throw = dice.random()
    if throw < 0.02:
        return dice.choice(FOREIGN)
    surname = dice.choice(SURNAMES)
    if throw < 0.03:
        return surname + dice.choice(RARE)
    return surname + "".join(dice.choices(GIVEN, k=1 if throw < 0.25 else 2))
