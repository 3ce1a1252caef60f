from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_tracks")]

    operations = [
        migrations.AddIndex(model_name="course", index=models.Index(fields=["revised_at"], name="course_by_revision")),
    ]
