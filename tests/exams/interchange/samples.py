"""Small files of the formats, written for these tests as other systems write them."""

import struct
import zlib

from tests.exams.interchange.hostile import archive
from tests.exams.interchange.made_items import SVG

QTI_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"


def qti(body: str, declaration: str, processing: str = "match_correct", **root: str) -> bytes:
    """Write one item of 2.1. `processing` is the name of a template, or an element."""
    attributes = {"identifier": "Q1", "title": "Q1", "adaptive": "false", "timeDependent": "false"} | root
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    how = processing if processing.startswith("<") else f'<responseProcessing template="{QTI_TEMPLATES}/{processing}"/>'
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" {written}>{declaration}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{how if processing else ''}</assessmentItem>"
    ).encode()


def png_head(width: int, height: int) -> bytes:
    """Write a PNG that says any size and holds not one pixel."""
    parts = [b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT", b"IEND"]
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def declare(*values: str, cardinality: str = "single", base: str = "identifier", mapping: str = "") -> str:
    """Write a response declaration."""
    correct = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{correct}</correctResponse>{mapping}</responseDeclaration>"
    )


def choices(*texts: str, most: str = "1", **more: str) -> str:
    """Write a choice interaction; their identifiers are A to H."""
    inside = "".join(
        f'<simpleChoice identifier="{letter}">{text}</simpleChoice>'
        for letter, text in zip("ABCDEFGH", texts, strict=False)
    )
    attributes = " ".join(f'{name}="{value}"' for name, value in ({"shuffle": "true"} | more).items())
    head = f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="{most}" {attributes}>'
    return f"{head}{inside}</choiceInteraction>"


QTI3_ITEM = b"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="D1-900" title="D1-900"
    adaptive="false" time-dependent="false" xml:lang="en">
  <qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">
    <qti-correct-response><qti-value>a</qti-value><qti-value>c</qti-value></qti-correct-response>
    <qti-mapping lower-bound="0" upper-bound="2" default-value="-0.5">
      <qti-map-entry map-key="a" mapped-value="1"/><qti-map-entry map-key="c" mapped-value="1"/>
    </qti-mapping>
  </qti-response-declaration>
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
  <qti-item-body>
    <p>Look at the <em>head</em>.</p>
    <p><img src="../media/head%20one.svg" alt="A head from above."/></p>
    <qti-choice-interaction response-identifier="RESPONSE" shuffle="false" max-choices="0">
      <qti-prompt>Which are true?</qti-prompt>
      <qti-simple-choice identifier="a">One</qti-simple-choice>
      <qti-simple-choice identifier="b">Two</qti-simple-choice>
      <qti-simple-choice identifier="c">10<sup>3</sup> pulses</qti-simple-choice>
    </qti-choice-interaction>
  </qti-item-body>
  <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/CC2_map_response.xml"/>
</qti-assessment-item>
"""
QTI3_MANIFEST = b"""<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><resources>
  <resource identifier="i" type="imsqti_item_xmlv3p0" href="items/one.xml"><file href="items/one.xml"/></resource>
  <resource identifier="t" type="imsqti_test_xmlv3p0" href="test.xml"/>
  <resource identifier="w" type="webcontent" href="media/head%20one.svg"/>
  <resource identifier="g" type="imsqti_item_xmlv3p0" href="items/gone.xml"/>
  <resource identifier="o" type="imsqti_item_xmlv3p0" href="../outside.xml"/>
  <resource identifier="x" type="imsbasiclti_xmlv1p0" href="lti.xml"/>
</resources></manifest>"""


def qti3_package(svg: bytes = SVG) -> bytes:
    """Pack one item of 3.0 with its drawing, and resources that lead nowhere."""
    files = {
        "imsmanifest.xml": QTI3_MANIFEST,
        "items/one.xml": QTI3_ITEM,
        "media/head one.svg": svg,
        "test.xml": b"<t/>",
    }
    return archive(files)


MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/D1 History</text></category></question>
<question type="multichoice">
  <name><text>Coil types</text></name><idnumber>D1-901</idnumber><defaultgrade>1.0000000</defaultgrade>
  <questiontext format="html">
    <text><![CDATA[<p>Which coil is <b>focal</b>?</p><script>alert(1)</script>]]></text></questiontext>
  <generalfeedback format="html"><text>It is so.</text></generalfeedback>
  <single>true</single><shuffleanswers>true</shuffleanswers>
  <answer fraction="0" format="html"><text>&lt;p&gt;Round&lt;/p&gt;</text>
    <feedback format="html"><text>No.</text></feedback></answer>
  <answer fraction="100" format="html"><text><![CDATA[<p>Figure-of-eight<br></p>]]></text></answer>
  <tags><tag><text>level:recall</text></tag><tag><text>chapter 2</text></tag></tags>
</question>
<question type="multichoice">
  <name><text>D1-902</text></name><idnumber>D1-902</idnumber>
  <questiontext format="moodle_auto_format"><text>Which are thirds?</text></questiontext><single>false</single>
  <answer fraction="33.33333"><text>a</text></answer><answer fraction="33.33333"><text>b</text></answer>
  <answer fraction="33.33333"><text>c</text></answer><answer fraction="-100"><text>d</text></answer>
</question>
<question type="multichoice">
  <name><text>No key</text></name><questiontext format="html"><text>Which?</text></questiontext><single>true</single>
  <answer fraction="50"><text>a</text></answer><answer fraction="50"><text>b</text></answer>
</question>
<question type="numerical">
  <name><text>D1-904</text></name><idnumber>D1-904</idnumber>
  <questiontext format="html"><text>How strong?</text></questiontext>
  <answer fraction="100"><text>1.5</text><tolerance>0.1</tolerance></answer>
  <answer fraction="50"><text>1.5</text><tolerance>0.5</tolerance></answer>
  <answer fraction="0"><text>*</text></answer>
</question>
<question type="shortanswer">
  <name><text>D1-905</text></name><idnumber>D1-905</idnumber><usecase>1</usecase>
  <questiontext format="html"><text>Which muscle?</text></questiontext>
  <answer fraction="100"><text>APB</text></answer><answer fraction="100"><text>*pollicis*</text></answer>
  <answer fraction="0"><text>*</text></answer>
</question>
<question type="matching">
  <name><text>D1-906</text></name><idnumber>D1-906</idnumber>
  <questiontext format="html"><text>Who?</text></questiontext>
  <subquestion format="html"><text>Chooses the dose</text><answer><text>Physician</text></answer></subquestion>
  <subquestion format="html"><text>Holds the coil</text><answer><text>Technician</text></answer></subquestion>
  <subquestion format="html"><text></text><answer><text>Billing</text></answer></subquestion>
</question>
<question type="truefalse">
  <name><text>D1-907</text></name><idnumber>D1-907</idnumber>
  <questiontext format="html"><text>Is it?</text></questiontext>
  <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
</question>
<question type="cloze"><name><text>Gaps</text></name><questiontext><text>{1:SA:=x}</text></questiontext></question>
<question type="description"><name><text>Read this</text></name>
  <questiontext><text>Text</text></questiontext></question>
</quiz>
"""

GIFT = r"""// A comment
$CATEGORY: $course$/top/D1 History

// [id:D1-911] [tag:level:apply]
::D1-911::Which coil is focal \= narrow? {
  ~Round#No, it is wide.
  =Figure-of-eight#Yes.
  ~%0%Cap
  ####It is so.
}

What \{now\}? {TRUE#Wrong.#Right.}

How many? {#5:0.5}

How many are few? {#
  =2..4
  =%50%1..9
}

Who asked? {=Barker =A. T. Barker}

Match. {=one -> 1 =two -> 2 =three -> 3}

Two plus {=two ~three} is four.

Mark all. {~%50%a ~%50%b ~%-100%c}

Write about it. {}

Only a text.

Too {many {braces}
"""

CSV = (
    "code,kind,scoring,content_area,level,stem,option_a,option_b,key,tolerance,unit,remark\r\n"
    'D1-921,single choice,match_correct,D1,recall,"Which, ""now""?",One,Two,b,,,\r\n'
    "D1-922,numeric,,D1,recall,How much?,,,56.4,0.1,% MSO,\r\n"
    "D1-923,single_choice,match_correct,D1,recall,Which?,One,Two,c,,,\r\n"
    "D1-924,riddle,,D1,recall,Which?,,,,,,\r\n"
    "D1-925,numeric,bands,D1,recall,Which?,,,5,,,look again\r\n"
    "D1-926,short_text,,D1,recall,Say =1+1,,,'=2,,,\r\n"
)
