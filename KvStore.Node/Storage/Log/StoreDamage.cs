namespace KvStore.Node.Storage.Log;

/// <summary>The refusal of a log that holds less than was promised.</summary>
internal static class StoreDamage
{
    public const string WhatToDo =
        "Acknowledged writes may be missing, so this member must not answer from it. "
        + "Give the member an empty data directory and let it join as a new member; its peers have the data.";

    public static StoreRefusal At(string path, long offset, string what) => new($"{path} is damaged at offset {offset}: {what}. {WhatToDo}");
}
