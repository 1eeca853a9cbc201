namespace KvStore.Web.Display;

/// <summary>Where the page of a member is.</summary>
internal static class MemberAddress
{
    public static string Of(string name) => $"/members/{Uri.EscapeDataString(name)}";
}
