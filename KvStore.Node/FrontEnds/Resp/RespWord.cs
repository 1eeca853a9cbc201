using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Arguments that are words of a command, in whatever case they come.</summary>
internal static class RespWord
{
    /// <param name="word">In capitals or not.</param>
    public static bool Is(byte[] argument, string word) => Ascii.EqualsIgnoreCase(argument, word);

    /// <summary>In capitals; what is not ASCII becomes a question mark.</summary>
    public static string Of(byte[] argument) => Encoding.ASCII.GetString(argument).ToUpperInvariant();
}
