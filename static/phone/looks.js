"use strict";
// Who looked at the worker's data; fetched by the page when somebody asks for it.
(function (phone) {
  const { h, note, show, spoken } = phone.parts;
  const WORDS = {
    title: "谁看过我的资料",
    help: "哪个单位看过您的身份证号、照片和有您名字的名单，都记在这里，谁也删不掉。检查中的，等听过您的说法再列出。",
    none: "还没有人看过。",
  };

  // What everybody may ask of an office: who read my number, my picture, a list with me on it.
  phone.looks = function () {
    return phone.views.looked("looks", "phones/looks", (said, old) => {
      const rows = said.looks.map((one) => h("li", { className: "day" },
        h("strong", {}, spoken(one.at.slice(0, 10)), " ", one.at.slice(11)),
        h("p", {}, one.office),
        h("p", {}, one.what, one.people > 1 ? " " + "（名单，共 " + one.people + " 人）" : ""),
        one.purpose ? h("p", { className: "why" }, "用途：" + one.purpose) : null));
      show(h("h1", {}, WORDS.title), old, h("p", {}, WORDS.help),
        rows.length ? h("ul", { className: "list card" }, rows) : note(WORDS.none));
    });
  };
})(self.phone = self.phone || {});
