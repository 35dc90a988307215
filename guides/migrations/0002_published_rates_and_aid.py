"""Blocks that draw the published rates of one descriptor, and that lead to the printed aid."""

import courses.writing.rates
import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='guide',
            name='body',
            field=wagtail.fields.StreamField([('text', 0), ('figure', 8), ('callout', 10), ('table', 19), ('rates', 21), ('answers', 26), ('patients', 27), ('aid', 28), ('call_to_action', 29), ('references', 32)], blank=True, block_lookup={0: ('courses.writing.blocks.TextBlock', (), {}), 1: ('wagtail.images.blocks.ImageBlock', [], {'help_text': 'The alternative text tells what a reader who cannot see the picture must know.'}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': 'A word or two under the picture, such as its view.', 'max_length': 60, 'required': False}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence on what to look at.', 'max_length': 200, 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('image', 1), ('label', 2), ('text', 3)]], {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Pictures', 'min_num': 1}), 6: ('courses.writing.blocks.InlineTextBlock', (), {}), 7: ('courses.writing.blocks.InlineTextBlock', (), {'help_text': 'Who drew or published it, with year and n.'}), 8: ('wagtail.blocks.StructBlock', [[('panels', 5), ('caption', 6), ('source', 7)]], {}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('pearl', 'Pearl'), ('pitfall', 'Pitfall')]}), 10: ('wagtail.blocks.StructBlock', [[('kind', 9), ('text', 6)]], {}), 11: ('courses.writing.blocks.InlineTextBlock', (), {'template': 'courses/writing/blocks/cell.html'}), 12: ('wagtail.blocks.CharBlock', (), {'template': 'courses/writing/blocks/cell.html'}), 13: ('wagtail.blocks.DecimalBlock', (), {'label': '%', 'max_value': 100, 'min_value': 0}), 14: ('wagtail.blocks.DecimalBlock', (), {'label': 'From', 'max_value': 100, 'min_value': 0, 'required': False}), 15: ('wagtail.blocks.DecimalBlock', (), {'label': 'To', 'max_value': 100, 'min_value': 0, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('percent', 13), ('low', 14), ('high', 15)]], {'required': False}), 17: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 11), ('number', 12), ('rate', 16)]], {}), 18: ('courses.writing.blocks.InlineTextBlock', (), {'help_text': 'Study, year and n.'}), 19: ('wagtail.blocks.StructBlock', [[('table', 17), ('source', 18)]], {}), 20: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.writing.rates.list_choices, 'label': 'Rates of'}), 21: ('wagtail.blocks.StructBlock', [[('descriptor', 20)]], {}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'Question', 'max_length': 200}), 23: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'superscript', 'subscript', 'link', 'ol', 'ul'], 'help_text': 'The first sentence is the answer itself, with study, n and interval where it has a number.', 'label': 'Answer'}), 24: ('wagtail.blocks.StructBlock', [[('question', 22), ('answer', 23)]], {}), 25: ('wagtail.blocks.ListBlock', (24,), {'label': 'Questions and answers', 'min_num': 1}), 26: ('wagtail.blocks.StructBlock', [[('answers', 25)]], {}), 27: ('guides.blocks.PatientsBlock', (), {}), 28: ('guides.blocks.AidBlock', (), {}), 29: ('guides.blocks.CallToActionBlock', (), {}), 30: ('courses.writing.blocks.InlineTextBlock', (), {'label': 'Reference'}), 31: ('wagtail.blocks.ListBlock', (30,), {}), 32: ('wagtail.blocks.StructBlock', [[('references', 31)]], {})}),
        ),
    ]
