namespace KvStore.Node.Hosting;

/// <summary>What the process says to whoever started it.</summary>
internal static class ExitCode
{
    public const int Configuration = 2;

    public const int Port = 3;

    public const int Directory = 4;

    /// <summary>A verification found damage.</summary>
    public const int Damaged = 5;

    /// <summary>The member found that it cannot be trusted any more: a bug, or a log that cannot be written.</summary>
    public const int Crash = 70;

    /// <summary>Says on standard error why the member does not start.</summary>
    /// <returns><paramref name="code"/>.</returns>
    public static int Refuse(int code, string message, IReadOnlyList<string> details)
    {
        Console.Error.WriteLine(message);
        foreach (string detail in details)
        {
            Console.Error.WriteLine($"  {detail}");
        }

        return code;
    }
}
