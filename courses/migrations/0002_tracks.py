from django.db import migrations

TRACKS = [
    ("business", "Business", "Decide with numbers, work with people, and know why a plan holds."),
    ("technology", "Technology", "Build things that keep running, and understand why they do."),
    ("design", "Design", "Make things that people understand, can use, and like to use."),
]


def create(apps, schema_editor):
    for position, (slug, title, promise) in enumerate(TRACKS):
        apps.get_model("courses", "Track").objects.get_or_create(
            slug=slug, defaults={"title": title, "promise": promise, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
