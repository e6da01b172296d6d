namespace TwoStory.Simulators.World;

/// <summary>A sales file that cannot be used; the message is one line with file, line and what must be there.</summary>
sealed class SalesFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static SalesFileException At(string path, long line, string column, string mustBe) =>
        new($"{path}: line {line}: {column} must be {mustBe}");
}
