"""A block that draws the published rates of one descriptor."""

import courses.writing.rates
import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0017_keep_percent_reached'),
    ]

    operations = [
        migrations.AlterField(
            model_name='lesson',
            name='body',
            field=wagtail.fields.StreamField([('text', 0), ('figure', 8), ('callout', 10), ('table', 19), ('rates', 21), ('video', 24), ('question', 25), ('references', 28)], blank=True, block_lookup={0: ('courses.writing.blocks.TextBlock', (), {}), 1: ('wagtail.images.blocks.ImageBlock', [], {'help_text': 'The alternative text tells what a reader who cannot see the picture must know.'}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': 'A word or two under the picture, such as its view.', 'max_length': 60, 'required': False}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence on what to look at.', 'max_length': 200, 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('image', 1), ('label', 2), ('text', 3)]], {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Pictures', 'min_num': 1}), 6: ('courses.writing.blocks.InlineTextBlock', (), {}), 7: ('courses.writing.blocks.InlineTextBlock', (), {'help_text': 'Who drew or published it, with year and n.'}), 8: ('wagtail.blocks.StructBlock', [[('panels', 5), ('caption', 6), ('source', 7)]], {}), 9: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('pearl', 'Pearl'), ('pitfall', 'Pitfall')]}), 10: ('wagtail.blocks.StructBlock', [[('kind', 9), ('text', 6)]], {}), 11: ('courses.writing.blocks.InlineTextBlock', (), {'template': 'courses/writing/blocks/cell.html'}), 12: ('wagtail.blocks.CharBlock', (), {'template': 'courses/writing/blocks/cell.html'}), 13: ('wagtail.blocks.DecimalBlock', (), {'label': '%', 'max_value': 100, 'min_value': 0}), 14: ('wagtail.blocks.DecimalBlock', (), {'label': 'From', 'max_value': 100, 'min_value': 0, 'required': False}), 15: ('wagtail.blocks.DecimalBlock', (), {'label': 'To', 'max_value': 100, 'min_value': 0, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('percent', 13), ('low', 14), ('high', 15)]], {'required': False}), 17: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 11), ('number', 12), ('rate', 16)]], {}), 18: ('courses.writing.blocks.InlineTextBlock', (), {'help_text': 'Study, year and n.'}), 19: ('wagtail.blocks.StructBlock', [[('table', 17), ('source', 18)]], {}), 20: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.writing.rates.list_choices, 'label': 'Rates of'}), 21: ('wagtail.blocks.StructBlock', [[('descriptor', 20)]], {}), 22: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Video',), {}), 23: ('courses.writing.blocks.InlineTextBlock', (), {'help_text': 'What it shows, in a sentence; who made it, and when.', 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('video', 22), ('caption', 23)]], {}), 25: ('courses.writing.blocks.QuestionBlock', (), {}), 26: ('courses.writing.blocks.InlineTextBlock', (), {'label': 'Reference'}), 27: ('wagtail.blocks.ListBlock', (26,), {}), 28: ('wagtail.blocks.StructBlock', [[('references', 27)]], {})}),
        ),
    ]
