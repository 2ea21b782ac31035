"""What is written in another language is told and asked about; English with a few foreign words, names, greetings and sayings is not."""

# ruff: noqa: RUF001 - letters of other scripts are what this file is about

from __future__ import annotations

import json
import time
import unicodedata
from functools import lru_cache

import pytest

from planner.checklist import languages
from planner.checklist.check import check
from planner.checklist.languages import parts
from planner.checklist.report import Draft, MediaItem
from planner.checklist.text import views
from planner.settings import ROOT

RULE = "safety.other-language"

POSTS = [
    ("Spanish", "Mi paciente María Gómez, 34, de Salinas, dejó de beber."),
    ("Spanish", "No quiero vivir más. Ya no puedo con esto y nadie me escucha."),
    ("Spanish", "Quiero morir."),
    ("Spanish", "La oficina estará cerrada el lunes 12 de octubre. Si necesita ayuda antes, llámenos al 555-0100."),
    ("Spanish", "hoy una niña de 8 años me contó en sesión que su papá le pega 😢 qué semana tan dura"),
    ("Spanish", "GRUPO DE APOYO PARA MADRES. TODOS LOS JUEVES A LAS 6. ES GRATIS Y HAY CUIDADO DE NIÑOS."),
    ("French", "Ma patiente de 15 ans a arrêté de boire, je suis tellement fière d'elle."),
    ("French", "Notre bureau est fermé vendredi. Appelez-nous lundi si vous avez besoin d'aide."),
    ("French", "Je veux mourir et personne ne le voit."),
    ("German", "Meine Patientin Anna, 34, aus Salinas hat aufgehört zu trinken."),
    ("German", "Ich will nicht mehr leben. Niemand hört mir zu, und morgen ist auch kein besserer Tag."),
    ("German", "Unsere Praxis bleibt am Freitag geschlossen, Termine gibt es wieder ab Montag."),
    ("Portuguese", "Minha paciente Ana, de 34 anos, parou de beber e hoje me abraçou."),
    ("Portuguese", "Não estamos abertos na sexta. Se você precisa de ajuda, ligue para nós na segunda."),
    ("Italian", "La mia paziente Anna, 34 anni, ha smesso di bere e oggi sorrideva."),
    ("Italian", "Non ce la faccio più, voglio morire e nessuno mi ascolta."),
    ("Polish", "Moja pacjentka Anna, 34 lata, przestała pić i jest już w domu."),
    ("Polish", "Nie chcę już żyć. Nikt mnie nie słucha, a jutro będzie tak samo."),
    ("Irish", "Tá an oifig dúnta inniu. Beidh muid ar ais Dé Luain agus tá fáilte roimh gach duine."),
    ("Irish", "Tháinig cailín óg chugam inné agus dúirt sí liom nach bhfuil sí ag ithe."),
    ("Welsh", "Mae'r swyddfa ar gau heddiw. Ffoniwch ni yfory os ydych chi eisiau help."),
    ("Welsh", "Roedd un o'r plant yn y grŵp yn dweud wrtha i ei bod hi ddim eisiau byw."),
    ("Māori", "Kua mutu te inu waipiro a taku tūroro, ā, kei te ora ia i tēnei rā."),
    ("Māori", "Ka katia te tari āpōpō. Waea mai ki a mātou mehemea kei te hiahia āwhina koe."),
    ("Tagalog", "Ang pasyente ko na si Maria, 34, ay tumigil na sa pag-inom ng alak."),
    ("Tagalog", "Gusto ko nang mamatay, wala namang nakikinig sa akin dito."),
    ("Vietnamese", "Bệnh nhân của tôi đã bỏ rượu được ba tuần rồi và gia đình cô ấy rất vui."),
    ("Vietnamese", "Tôi không muốn sống nữa và không ai nghe tôi."),
    ("Haitian Creole", "Pasyan mwen an sispann bwè depi twa semèn, mwen kontan pou li ak fanmi li."),
    ("Somali", "Xafiisku waa xiran yahay maanta. Fadlan na soo wac berri haddii aad u baahan tahay caawimo."),
    ("Samoan", "O le a tapunia le ofisa taeao. Valaau mai i le aso Gafua pe afai e te mana'o i se fesoasoani."),
    ("Romanian", "Pacienta mea nu mai bea de trei luni și este din nou cu copiii ei."),
    ("Dutch", "Mijn cliënt van 34 is gestopt met drinken en ik ben zo trots op haar."),
    ("Turkish", "Hastam üç hafta önce içmeyi bıraktı ve bugün çok daha iyi."),
    ("Hindi or Urdu", "Meri mareez ne sharab chhod di hai aur ab woh ghar par bahut khush hai."),
    ("Chinese", "我的一位病人昨天告诉我她已经戒酒三个月了。"),
    ("Japanese", "私の患者さんは三か月前にお酒をやめました。"),
    ("Korean", "제 환자가 석 달 전에 술을 끊었습니다."),
    ("Arabic", "مريضتي التي تبلغ من العمر ٣٤ عاما توقفت عن الشرب هذا الأسبوع."),
    ("Urdu", "میری مریضہ نے تین ہفتے پہلے شراب چھوڑ دی ہے۔"),
    ("Persian", "بیمار من سه هفته پیش نوشیدن را کنار گذاشت."),
    ("Pashto", "زما ناروغ درې اونۍ وړاندې شراب پرېښودل."),
    ("Kurdish", "نەخۆشەکەم سێ هەفتە لەمەوبەر وازی لە خواردنەوە هێنا."),
    ("Hindi or Nepali", "मेरी मरीज़ ने तीन हफ़्ते पहले शराब छोड़ दी।"),
    ("Punjabi", "ਮੇਰੇ ਮਰੀਜ਼ ਨੇ ਤਿੰਨ ਹਫ਼ਤੇ ਪਹਿਲਾਂ ਸ਼ਰਾਬ ਛੱਡ ਦਿੱਤੀ।"),
    ("Russian", "Моя пациентка бросила пить три недели назад."),
    ("Ukrainian", "Моя пацієнтка кинула пити три тижні тому."),
    ("another language", "A betegem három hete abbahagyta az ivást, és most már otthon van a gyerekeivel."),
    ("another language", "Min patient slutade dricka för tre veckor sedan och hon mår mycket bättre idag."),
    ("another language", "ჩემმა პაციენტმა სამი კვირის წინ სმა შეწყვიტა."),
]

BILINGUAL = [
    (
        "Spanish",
        (
            "Our food table is open on Thursday from 4 to 6. Bring a bag. Nobody asks for papers.\n\n"
            "Nuestra mesa de comida está abierta el jueves de 4 a 6. Traiga una bolsa. Nadie le pide papeles."
        ),
        "Nuestra mesa",
    ),
    (
        "French",
        "Drop in on Friday, the kettle is on. / Passez nous voir vendredi, il y a du thé et personne ne vous pose de questions.",
        "Passez nous",
    ),
    (
        "Welsh",
        "Mae'r grŵp yn cwrdd bob dydd Mawrth am chwech ac mae croeso i bawb. The group meets every Tuesday at six and everyone is welcome.",
        "Mae'r",
    ),
    ("Chinese", "Flu shots at the hall on Saturday, no card needed. 星期六在社区中心打流感疫苗，不需要医保卡。", "星期六"),
    (
        "another language",
        (
            "The walk-in desk moves to the library on Monday. Same people, same hours, no papers needed.\n\n"
            "A tanácsadó iroda hétfőtől a könyvtárban várja önöket, ugyanazok a munkatársak segítenek."
        ),
        "tanácsadó",
    ),
]

ENGLISH = [
    "Kia ora! Our whānau hui is on Tuesday, kai from 5, tamariki welcome. Ngā mihi nui, the team.",
    "Tēnā koutou, tēnā koutou, tēnā koutou katoa. The hall is open from nine and the kettle is on.",
    "He aha te mea nui o te ao? He tāngata, he tāngata, he tāngata. Our roster needs four more drivers.",
    "¡Hola! Our new group for parents starts on Monday at the library.",
    "Dia dhuit from Galway. The Cara group meets at the GAA hall, all welcome. Go raibh maith agat to the volunteers, slán.",
    "Go raibh míle maith agaibh to everyone who baked. Ní neart go cur le chéile!",
    "Bore da! The Pontcanna choir sings at the Eisteddfod stall at two. Croeso, diolch and cwtch included.",
    "The Casa de la Esperanza on La Cienega, run by the Hermanas de la Caridad, needs diapers in sizes 3 and 4.",
    "Song for the drive home: La Vida Es Un Carnaval, then Non, je ne regrette rien. Loud.",
    "English | Español | Français | Kreyòl | Tiếng Việt | 中文 | العربية | हिन्दी. Tell us which one and we will find an interpreter.",
    "Thank you, gracias, merci, danke, grazie, obrigado, salamat, cảm ơn to our interpreters.",
    "#SaludMental #NoEstasSola #EstamosContigo Our warm line opens at six.",
    "Sí se puede! The vote passed, and the night bus stays.",
    "My abuela always said poco a poco. That is how rest works too.",
    "Feliz Navidad and a quiet new year from all of us at the desk.",
    "Volunteers of the month: Nguyễn Thị Hoa, José de la Cruz, Siobhán Ní Bhriain, Þóra Jónsdóttir, Łukasz Wójcik and Aroha Te Rangi.",
    "Zeitgeist, schadenfreude, angst: German has a word for it, and so does our book club.",
    "Kia kaha. Aroha mai for the late notice: the hikoi starts at ten from the marae.",
    "Soup at noon.",
    "¡Gracias!",
    "你好! The tea table is open.",
    "",
]


def told(text: str) -> list[str]:
    return [part.name for part in parts(views(text).masked.text)]


@pytest.mark.parametrize(("name", "text"), POSTS)
def test_a_post_in_another_language_is_asked_about(name: str, text: str) -> None:
    (finding,) = [one for one in check(Draft("d", text)).findings if one.rule == RULE]
    assert finding.level == "ask"
    assert name in finding.message
    assert finding.question is not None
    assert f"reads {'that language' if name == 'another language' else name} " in finding.question.text
    assert unicodedata.normalize("NFC", finding.quote) in unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(("name", "text", "begins"), BILINGUAL)
def test_the_part_of_a_draft_that_is_in_another_language_is_shown(name: str, text: str, begins: str) -> None:
    (finding,) = [one for one in check(Draft("d", text)).findings if one.rule == RULE]
    assert (name in finding.message, finding.quote.startswith(begins)) == (True, True)
    assert len(finding.quote) > 10


@pytest.mark.parametrize("text", ENGLISH)
def test_english_with_a_few_words_of_another_language_is_english(text: str) -> None:
    assert told(text) == []


def test_each_language_of_a_draft_is_told_in_its_order_and_goes_on_over_paragraphs() -> None:
    spanish, again, french, arabic = POSTS[3][1], POSTS[0][1], POSTS[7][1], POSTS[38][1]
    text = f"{spanish}\n\n{again}\n\n{french}\n\nThe desk is open on Monday.\n\n{arabic}\n\n{again}"
    assert told(text) == ["Spanish", "French", "Arabic", "Spanish"]
    found = [one.quote for one in check(Draft("d", text)).findings if one.rule == RULE]
    assert found[0].endswith(again[-14:-1])
    assert [one[:5] for one in found] == ["La of", "Notre", arabic[:5], "Mi pa"]


def test_paragraphs_too_short_by_themselves_are_read_together() -> None:
    assert told("No puedo más.\n\nNadie me escucha.\n\nHoy quiero irme.\n\nGracias por todo.") == ["Spanish"]


def test_contacts_and_hashtags_are_no_language() -> None:
    assert (
        told("Sign here: https://ejemplo.org/que/no/para/los/ninos/esta/pero/muy @nadie_para_todos que@esta.es #QueNadieEste #ParaTodos")
        == []
    )


def test_an_alt_text_in_another_language_is_asked_about_beside_the_text() -> None:
    media = (MediaItem(alt="Una mujer le da la mano a su hija en el parque y las dos están felices."),)
    (finding,) = [one for one in check(Draft("d", "The park is open.", media=media)).findings if one.rule == RULE]
    assert (finding.start, finding.end, "Spanish" in finding.message) == (17, 17, True)
    assert [one.rule for one in check(Draft("d", "The park is open.", link_preview=POSTS[7][1])).findings] == [RULE]


def test_what_stands_in_english_beside_it_is_held_as_ever() -> None:
    text = f"My client Maria Gomez, 34, relapsed last night.\n\n{POSTS[3][1]}"
    held = {(one.rule, one.level) for one in check(Draft("d", text)).findings}
    assert {("confidentiality.client-reference", "block"), ("confidentiality.direct-identifier", "block"), (RULE, "ask")} <= held


def test_of_all_labelled_drafts_only_those_in_other_languages_are_told() -> None:
    found = {}
    for path in sorted((ROOT / "tests/content/drafts").glob("written-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            names = told(row["text"])
            if names:
                found[row["id"]] = names
    assert found == {
        "a3-0191": ["Arabic"],
        "a7-0229": ["Spanish"],
        "b1-0097": ["Irish"],
        "b1-0204": ["Spanish"],
        "b1-0205": ["Spanish"],
        "h1-229": ["Spanish"],
        "t10-249": ["Hindi or Urdu"],
        "t10-261": ["Hindi or Urdu"],
        "t14-197": ["Tagalog"],
        "t14-279": ["Tagalog"],
        "t3-046": ["Spanish"],
        "t3-111": ["French"],
        "t3-163": ["German"],
        "t3-203": ["Tagalog"],
        "t3-224": ["German"],
        "x3-091": ["Russian"],  # an Easter greeting of two words
        "x9-355": ["Tagalog"],
        "x9-422": ["Tagalog"],
        "z1-113": ["French"],
        "z1-114": ["Spanish"],
        "z1-191": ["another language"],  # Swahili
        "z1-192": ["German"],
    }


def test_long_hostile_texts_are_read_in_a_time_that_grows_with_their_length() -> None:
    for piece in ("que de la ", "中 a", "ж ", "xq zv ", "he aha te mea ", "#a", "Ünü "):
        text = piece * (50_000 // len(piece))
        began = time.process_time()
        parts(text)
        assert time.process_time() - began < 5


def test_few_letters_of_another_script_cost_no_expression_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_scripts", lru_cache(languages._scripts.__wrapped__))
    assert parts("The letter Ж, and the sign 愛, stand on every wall of the house.") == []
    assert all(script.run._made is None for script in languages._scripts())
    (part,) = parts("Приходите к нам в воскресенье")
    assert [script.run._made is not None for script in languages._scripts()].count(True) == 1
    assert part.name == "Russian"


def test_frequent_words_of_different_languages_are_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    table, read = languages._table(), list[str]()
    words = languages._words
    monkeypatch.setattr(languages, "_words", lambda paragraph, at: (read.append(paragraph), words(paragraph, at))[1])
    spanish, french = (next(word for word, bits in table.telling.items() if bits == 1 << number) for number in range(2))
    assert parts(f"The words {spanish} and {french} are told here, and you know them.") == []
    assert read == []
    assert [part.name for part in parts("c'est bien aujourd'hui, qu'elle dort ici")] == ["French"]
    assert read
