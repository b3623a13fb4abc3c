namespace Desk.Routing.Triage;

/// <summary>
/// Short made-up tickets in Swedish and English with the category of each, so that a desk can sort its first ones. Its own outweigh them in time.
/// </summary>
internal static class StarterHistory
{
    public static IReadOnlyList<Lesson> Lessons { get; } = Read();

    private static List<Lesson> Read()
    {
        using var reader = new StreamReader(typeof(StarterHistory).Assembly.GetManifestResourceStream("starter-history.tsv")!);
        var lessons = new List<Lesson>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var category, var text])
                lessons.Add(new Lesson(text, category));
        }
        return lessons;
    }
}
